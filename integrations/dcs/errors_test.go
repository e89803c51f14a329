package dcs_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// refusals are what the documents of our calls let the vendor answer: the
// codes of the DCS API reference, those of the gateway before it, and a status
// with a code that nobody documents or without any. sentence is the id of what
// a person is told; commands/words holds that it exists and says what to do next.
var refusals = []struct {
	status   int
	codes    string
	kind     integrations.Kind
	effect   integrations.Effect
	again    bool
	sentence string
}{
	{400, "DCS.4957", integrations.Busy, integrations.NothingDone, true, "dcs.scan-running"},
	{400, "DCS.4017 111400017", integrations.Busy, integrations.NothingDone, true, "dcs.instance-busy"},
	{400, "DCS.4096 DCS.4097 DCS.4104 DCS.4108 DCS.4111 DCS.4113 DCS.4114 DCS.4115 DCS.4116 DCS.4117 DCS.4118 DCS.4120", integrations.Busy, integrations.NothingDone, true, "dcs.instance-busy"},
	{400, "DCS.4026 DCS.4049", integrations.Busy, integrations.NothingDone, true, "dcs.not-running"},
	{400, "DCS.3053", integrations.NotFound, integrations.NothingDone, false, "dcs.node-gone"},
	{400, "DCS.4027", integrations.Unsupported, integrations.NothingDone, false, "dcs.wrong-node"},
	{400, "DCS.4848", integrations.Unsupported, integrations.NothingDone, false, "dcs.no-session-management"},
	{400, "DCS.4800 DCS.9999 111400004 111400005 111400063 APIGW.0201", integrations.Invalid, integrations.NothingDone, false, "vendor.invalid"},
	{401, "DCS.1001 DCS.1002 DCS.1003 APIGW.0301 APIG.0301 APIG.1002", integrations.Unauthenticated, integrations.NothingDone, false, "huaweicloud.unauthenticated"},
	{401, "DCS.1004", integrations.Unauthenticated, integrations.NothingDone, false, "dcs.wrong-project"},
	{403, "DCS.2003 DCS.2007 DCS.3003", integrations.Forbidden, integrations.NothingDone, false, "dcs.no-permission"},
	{403, "DCS.3002", integrations.Forbidden, integrations.NothingDone, false, "dcs.read-only"},
	{403, "DCS.9999", integrations.Forbidden, integrations.NothingDone, false, "vendor.forbidden"},
	{404, "DCS.3022", integrations.NotFound, integrations.NothingDone, false, "dcs.no-instance"},
	{404, "DCS.9999", integrations.NotFound, integrations.NothingDone, false, "vendor.not-found"},
	{404, "DCS.4001 APIGW.0101 APIG.0101", integrations.Unsupported, integrations.NothingDone, false, "huaweicloud.no-api"},
	{405, "DCS.5001", integrations.Unsupported, integrations.NothingDone, false, "huaweicloud.no-api"},
	{413, "APIGW.0201", integrations.Invalid, integrations.NothingDone, false, "vendor.invalid"},
	{429, "APIGW.0308 APIG.0308 DCS.9999 -", integrations.Throttled, integrations.NothingDone, true, "vendor.throttled"},
	{500, "DCS.5000 DCS.5006 DCS.4842 DCS.5024 DCS.5053 -", integrations.Unavailable, integrations.MayBeDone, false, "vendor.unavailable"},
	{500, "DCS.4957 DCS.4017 DCS.3053", integrations.Unavailable, integrations.MayBeDone, false, "vendor.unavailable"}, // not with this status: nobody knows
	{503, "-", integrations.Unavailable, integrations.MayBeDone, false, "vendor.unavailable"},
	{401, "-", integrations.Unauthenticated, integrations.NothingDone, false, "huaweicloud.unauthenticated"},
	{404, "-", integrations.Garbled, integrations.MayBeDone, false, "vendor.garbled"}, // a proxy's page
}

func TestEveryRefusalHasItsMeaning(t *testing.T) {
	t.Parallel()
	for _, tt := range refusals {
		for code := range strings.FieldsSeq(tt.codes) {
			t.Run(fmt.Sprint(tt.status, " ", code), func(t *testing.T) {
				failure := refusedKill(t, tt.status, code)
				assert.Equal(t, tt.kind, failure.Kind)
				assert.Equal(t, tt.effect, failure.Effect())
				assert.Equal(t, tt.again, failure.Retryable())
				said := failure.Hint
				if said == "" {
					said = "vendor." + string(failure.Kind)
				}
				assert.Equal(t, tt.sentence, said)
			})
		}
	}
}

// refusedKill is the failure of a kill that is answered with this code; "-" is
// a page that is not the vendor's.
func refusedKill(t *testing.T, status int, code string) *integrations.Error {
	body := fmt.Sprintf(`{"error_code":%q,"error_msg":"m","error_ext_msg":null}`, code)
	if code == "-" {
		body = "<html>no</html>"
	}
	s := play(t, map[string]http.HandlerFunc{killPath: respond(status, body)})
	_, err := s.client(t, nil).EndSession(t.Context(), thing(node, "1", "10.0.0.1:1"))
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, 1, s.count(killPath), "a kill is sent once")
	return failure
}
