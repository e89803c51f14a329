package dcs_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/dcs"
)

const documentedNode = "8f7ee181-88e2-49b7-a4bf-81f18f93a135" // of the vendor's example

func TestEndSession(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{killPath: respond(204, "")})
	got, err := s.client(t, nil).EndSession(t.Context(), thing(documentedNode, "1012", "10.63.238.158:2048"))
	require.NoError(t, err)
	require.Equal(t, integrations.Receipt{At: now, Status: 204, RequestID: "req-1"}, got)
	require.Equal(t, []string{killPath}, s.sent)
	require.Equal(t, fixture(t, "kill_request.json"), s.bodies[killPath][0])
}

func TestTheCallThatIsShownIsTheCallThatIsSent(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{killPath: respond(204, "")})
	c, session := s.client(t, nil), thing(node, "1012", "10.63.238.158:2048")
	head, body, _ := strings.Cut(c.EndSessionCall(session), "\n")
	require.Empty(t, s.sent, "showing is not sending")
	_, err := c.EndSession(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, s.sent[0], head)
	require.JSONEq(t, s.bodies[killPath][0], body)
}

func TestOnly204IsSuccess(t *testing.T) {
	for _, status := range []int{200, 201, 202, 206} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{killPath: respond(status, `{"job_id":"j"}`)})
			_, err := s.client(t, nil).EndSession(t.Context(), thing(node, "1", "10.0.0.1:1"))
			assert.Equal(t, integrations.Garbled, integrations.KindOf(err))
			assert.Equal(t, integrations.MayBeDone, integrations.EffectOf(err))
		})
	}
}

func TestASessionWithoutAPeerIsNotEnded(t *testing.T) {
	s := play(t, nil)
	_, err := s.client(t, nil).EndSession(t.Context(), thing(node, "1", ""))
	require.Equal(t, "dcs.no-peer", hintOf(t, err))
	require.Equal(t, integrations.Unsupported, integrations.KindOf(err))
	require.Empty(t, s.sent)
}

func TestTheDocumentedRefusal(t *testing.T) {
	s := play(t, map[string]http.HandlerFunc{killPath: respond(400, fixture(t, "kill_400_documented.json"))})
	_, err := s.client(t, nil).EndSession(t.Context(), thing(node, "1", "10.0.0.1:1"))
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, integrations.Busy, failure.Kind)
	assert.Equal(t, integrations.NothingDone, failure.Effect())
	assert.True(t, failure.Again())
	assert.EqualError(t, failure, "dcs: HangUpClients: busy (HTTP 400) DCS.4957 request req-1: "+
		"This operation is not allowed when the task is in the current state.")
	assert.Equal(t, 1, s.count(killPath))
}

func TestDocumentedCodes(t *testing.T) {
	tests := []struct {
		status int
		codes  string
		kind   integrations.Kind
		hint   string
	}{
		{400, "DCS.4957", integrations.Busy, "dcs.scan-running"},
		{400, "DCS.4017 111400017 DCS.4096 DCS.4097 DCS.4104 DCS.4108 DCS.4111 DCS.4113 DCS.4114 DCS.4115 DCS.4116 DCS.4117 DCS.4118 DCS.4120", integrations.Busy, "dcs.instance-busy"},
		{400, "DCS.4026 DCS.4049", integrations.Busy, "dcs.not-running"},
		{400, "DCS.3053", integrations.NotFound, "dcs.node-gone"},
		{400, "DCS.4027", integrations.Unsupported, "dcs.wrong-node"},
		{400, "DCS.4848", integrations.Unsupported, "dcs.no-session-management"},
		{400, "DCS.9999 111400063", integrations.Invalid, ""},
		{401, "DCS.1001 DCS.1002 DCS.1003", integrations.Unauthenticated, "huaweicloud.unauthenticated"},
		{401, "DCS.1004", integrations.Unauthenticated, "dcs.wrong-project"},
		{403, "DCS.2003 DCS.2007 DCS.3003", integrations.Forbidden, "dcs.no-permission"},
		{403, "DCS.3002", integrations.Forbidden, "dcs.read-only"},
		{404, "DCS.3022", integrations.NotFound, "dcs.no-instance"},
		{404, "DCS.4001", integrations.Unsupported, "huaweicloud.no-api"},
		{405, "DCS.5001", integrations.Unsupported, "huaweicloud.no-api"},
		{500, "DCS.5000 DCS.5006 DCS.4842 DCS.5024 DCS.5053", integrations.Unavailable, ""},
		{500, "DCS.4957 DCS.4017 DCS.3053", integrations.Unavailable, ""}, // not with this status: nobody knows
	}
	for _, tt := range tests {
		for code := range strings.FieldsSeq(tt.codes) {
			t.Run(fmt.Sprint(tt.status, " ", code), func(t *testing.T) {
				s := play(t, map[string]http.HandlerFunc{killPath: respond(tt.status, fmt.Sprintf(`{"error_code":%q,"error_msg":"m"}`, code))})
				_, err := s.client(t, nil).EndSession(t.Context(), thing(node, "1", "10.0.0.1:1"))
				assert.Equal(t, tt.kind, integrations.KindOf(err))
				assert.Equal(t, tt.hint, hintOf(t, err))
			})
		}
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		body string
		kind integrations.Kind
		hint string
	}{
		{`{"status":"RUNNING","engine":"Redis","engine_version":"4.0"}`, "", ""},
		{`{"status":"RUNNING","engine":"redis","engine_version":"7"}`, "", ""},
		{`{"status":"RUNNING","engine":"Redis","engine_version":"10.0"}`, "", ""},
		{`{"status":"RUNNING","engine":"Redis","engine_version":6.2,"az_codes":[{}],"enterprise_project_id":0,"publicip_id":{}}`, "", ""},
		{`{"status":"RUNNING","engine":"Redis","engine_version":"3.0"}`, integrations.Unsupported, "dcs.needs-redis-4"},
		{`{"status":"RUNNING","engine":"Memcached","engine_version":"5.0"}`, integrations.Unsupported, "dcs.needs-redis-4"},
		{`{"status":"RUNNING","engine":"Redis"}`, integrations.Unsupported, "dcs.needs-redis-4"},
		{`{"status":"RESTARTING","engine":"Redis","engine_version":"5.0"}`, integrations.Busy, "dcs.not-running"},
		{`{"engine":"Redis","engine_version":"5.0"}`, integrations.Busy, "dcs.not-running"},
		{`[]`, integrations.Garbled, ""},
	}
	for _, tt := range tests {
		t.Run(tt.body, func(t *testing.T) {
			s := play(t, map[string]http.HandlerFunc{showPath: respond(200, tt.body)})
			err := s.client(t, nil).Check(t.Context())
			require.Equal(t, tt.kind, integrations.KindOf(err))
			if tt.kind == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, tt.hint, hintOf(t, err))
		})
	}
}

func TestEveryMistakeInAConfigIsListed(t *testing.T) {
	client := integrations.NewClient(integrations.ClientOptions{})
	_, err := dcs.New(dcs.Config{ProjectID: "../x", Credentials: fakeUser}, client, time.Now)
	for _, mistake := range []string{"project id", `"../x"`, "instance id", "region"} {
		require.ErrorContains(t, err, mistake)
	}
	_, err = dcs.New(dcs.Config{Endpoint: "https://dcs.example", ProjectID: project, InstanceID: instance, Credentials: fakeUser}, client, time.Now)
	require.ErrorContains(t, err, "region", "a login needs IAM's address too")

	_, err = dcs.New(dcs.Config{Region: "cn-north-4", ProjectID: project, InstanceID: instance}, client, time.Now)
	require.ErrorContains(t, err, "credentials")

	for _, credentials := range []dcs.Config{{Credentials: fakeKeys}, {Credentials: fakeUser}} {
		credentials.Region, credentials.ProjectID, credentials.InstanceID = "cn-north-4", project, instance
		_, err = dcs.New(credentials, client, time.Now)
		require.NoError(t, err)
	}
}
