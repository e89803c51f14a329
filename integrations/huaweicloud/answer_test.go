package huaweicloud_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/huaweicloud"
)

var keys = huaweicloud.Credentials{AccessKey: "FAKEAK", SecretKey: "fake-secret-key-for-tests"}

// Each row is one of the shapes in which Huawei Cloud refuses.
func TestRefusals(t *testing.T) {
	tests := []struct {
		name   string
		status int
		header http.Header
		body   string
		want   integrations.Error
		log    string
	}{
		{
			name: "a service", status: 400,
			body: `{"error_code":"DCS.4957","error_msg":"This operation is not allowed when the task is in the current state.","error_ext_msg":null}`,
			want: integrations.Error{Kind: integrations.Invalid, Code: "DCS.4957"},
			log:  "This operation is not allowed when the task is in the current state.",
		}, {
			name: "a service with a solution", status: 500, header: http.Header{"X-Request-Id": {"req-1"}},
			body: `{"error_code":"common.00000500","error_msg":"broken","solution_msg":"wait"}`,
			want: integrations.Error{Kind: integrations.Unavailable, Code: "common.00000500", RequestID: "req-1"}, log: "broken",
		}, {
			name: "both shapes, a number as code", status: 403,
			body: `{"error":{"code":"403","message":"inner","title":"Forbidden"},"error_code":403,"error_msg":"outer","title":"Forbidden"}`,
			want: integrations.Error{Kind: integrations.Forbidden, Code: "403"}, log: "outer",
		}, {
			name: "IAM", status: 404,
			body: `{"error":{"code":404,"message":"gone","title":"Not Found"}}`,
			want: integrations.Error{Kind: integrations.NotFound, Code: "404"}, log: "gone",
		}, {
			name: "a code at the top", status: 404,
			body: `{"code":"DCS.3022","message":"The instance does not exist.","request_id":"req-3"}`,
			want: integrations.Error{Kind: integrations.NotFound, Code: "DCS.3022", RequestID: "req-3"}, log: "The instance does not exist.",
		}, {
			name: "throttled, with a code at the top", status: 403,
			body: `{"code":"APIG.0308","message":"slow down"}`,
			want: integrations.Error{Kind: integrations.Throttled, Code: "APIG.0308"}, log: "slow down",
		}, {
			name: "a number at the top is anybody's", status: 404,
			body: `{"code":404,"message":"no route"}`,
			want: integrations.Error{Kind: integrations.Garbled}, log: "no route",
		}, {
			name: "a word at the top is anybody's", status: 404,
			body: `{"code":"not_found","message":"no route"}`,
			want: integrations.Error{Kind: integrations.Garbled}, log: "no route",
		}, {
			name: "the gateway refuses the signature", status: 401,
			body: `{"error_msg":"verify aksk signature fail, canonical request: x-security-token:…","error_code":"APIGW.0301","request_id":"req-2"}`,
			want: integrations.Error{Kind: integrations.Unauthenticated, Code: "APIGW.0301", RequestID: "req-2", Hint: "huaweicloud.unauthenticated"},
		}, {
			name: "our clock is off", status: 401, header: http.Header{"Date": {"Fri, 02 Jan 2026 03:30:00 GMT"}},
			body: `{"error_msg":"no","error_code":"APIG.0301"}`,
			want: integrations.Error{Kind: integrations.Unauthenticated, Code: "APIG.0301", Hint: "huaweicloud.clock"},
		}, {
			name: "it is off by what whole seconds hide", status: 401, header: http.Header{"Date": {"Fri, 02 Jan 2026 03:19:03 GMT"}},
			body: `{"error_msg":"no","error_code":"APIG.0301"}`,
			want: integrations.Error{Kind: integrations.Unauthenticated, Code: "APIG.0301", Hint: "huaweicloud.clock"},
		}, {
			name: "the key is locked", status: 401,
			body: `{"error_msg":"AK access failed to reach the limit,forbidden","error_code":"APIGW.0301"}`,
			want: integrations.Error{Kind: integrations.Unauthenticated, Code: "APIGW.0301", Hint: "huaweicloud.key-locked"},
		}, {
			name: "a policy", status: 403,
			body: `{"error_code":"DCS.2007","error_msg":"Policy does not allow dcs:clients:kill","encoded_authorization_message":"xyz","details":[{}]}`,
			want: integrations.Error{Kind: integrations.Forbidden, Code: "DCS.2007"}, log: "Policy does not allow dcs:clients:kill",
		}, {
			name: "no such API is not no such thing", status: 404,
			body: `{"error_msg":"The API does not exist","error_code":"APIGW.0101"}`,
			want: integrations.Error{Kind: integrations.Unsupported, Code: "APIGW.0101", Hint: "huaweicloud.no-api"}, log: "The API does not exist",
		}, {
			name: "throttled", status: 429, header: http.Header{"Retry-After": {"3"}},
			body: `{"error_msg":"policy user over ratelimit,limit:60,time:1 minute","error_code":"APIGW.0308"}`,
			want: integrations.Error{Kind: integrations.Throttled, Code: "APIGW.0308", RetryAfter: 3 * time.Second},
			log:  "policy user over ratelimit,limit:60,time:1 minute",
		}, {
			name: "throttled with another status", status: 403,
			body: `{"error_msg":"slow down","error_code":"APIG.0308"}`,
			want: integrations.Error{Kind: integrations.Throttled, Code: "APIG.0308"}, log: "slow down",
		}, {
			name: "a proxy's page", status: 403,
			body: "<html>\n<h1>Blocked</h1>",
			want: integrations.Error{Kind: integrations.Garbled}, log: "<html>\uFFFD<h1>Blocked</h1>",
		}, {
			name: "a code that is none", status: 400, header: http.Header{"X-Request-Id": {"a b\t<c>"}},
			body: `{"error_code":"<b>\n","error_msg":"no"}`,
			want: integrations.Error{Kind: integrations.Garbled}, log: "no",
		}, {
			name: "the key repeated", status: 400,
			body: `{"error_code":"DCS.1","error_msg":"your key is fake-secret-key-f…"}`,
			want: integrations.Error{Kind: integrations.Invalid, Code: "DCS.1"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			failure := refused(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", start.Format(http.TimeFormat))
				for name, values := range tt.header {
					w.Header()[name] = values
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			log := ""
			if failure.Cause != nil {
				log = failure.Cause.Error()
			}
			assert.Equal(t, tt.log, log)
			failure.Cause = nil
			tt.want.Vendor, tt.want.Op, tt.want.Status = "toy", "Show", tt.status
			assert.Equal(t, tt.want, *failure)
		})
	}
}

func refused(t *testing.T, h http.HandlerFunc) *integrations.Error {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	api := huaweicloud.New(huaweicloud.Config{
		Vendor: "toy", Endpoint: s.URL, Credentials: keys}, integrations.NewClient(integrations.ClientOptions{}), func() time.Time { return start })
	var failure *integrations.Error
	require.ErrorAs(t, read(t.Context(), api), &failure)
	return failure
}

func TestEndpoint(t *testing.T) {
	tests := []struct{ region, override, want, wrong string }{
		{region: "cn-north-4", want: "https://dcs.cn-north-4.myhuaweicloud.com"},
		{region: "cn-north-4", override: "https://dcs.eu-west-101.myhuaweicloud.eu/", want: "https://dcs.eu-west-101.myhuaweicloud.eu"},
		{override: "http://127.0.0.1:8080", want: "http://127.0.0.1:8080"},
		{wrong: "region"},
		{region: "cn-north-4.evil.example/", wrong: "region"},
		{override: "dcs.example", wrong: "an address such as https://host"},
		{override: "ftp://dcs.example", wrong: "an address such as https://host"},
		{override: "https://user:fake-password@dcs.example", wrong: "only scheme, host and port"},
		{override: "https://dcs.example/v2", wrong: "only scheme, host and port"},
		{override: "https://dcs.example?a=b", wrong: "only scheme, host and port"},
	}
	for _, tt := range tests {
		t.Run(tt.region+tt.override, func(t *testing.T) {
			got, err := huaweicloud.Endpoint("dcs", tt.region, tt.override)
			assert.Equal(t, tt.want, got)
			if tt.wrong == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.wrong)
			assert.NotContains(t, err.Error(), "fake-password")
		})
	}
}

// The samples of the vendors' region tables, and what is in none.
func TestRegions(t *testing.T) {
	for _, tt := range []struct{ service, region, want string }{
		{"fabric-ep", "cn-north-4", "https://fabric-ep.cn-north-4.myhuaweicloud.com"},
		{"fabric", "cn-southwest-2", "https://fabric.cn-southwest-2.myhuaweicloud.com"},
		{"fabric-ep", "ap-southeast-3", ""},
		{"taurusdb", "cn-north-4", "https://gaussdb.cn-north-4.myhuaweicloud.com"},
		{"taurusdb", "ap-southeast-3", "https://gaussdb.ap-southeast-3.myhuaweicloud.com"},
		{"taurusdb", "ap-southeast-1", "https://gaussdbformysql.ap-southeast-1.myhuaweicloud.com"},
		{"taurusdb", "af-south-1", "https://gaussdb-mysql.af-south-1.myhuaweicloud.com"},
		{"taurusdb", "eu-west-101", ""},
		{"iam", "af-south-1", "https://iam.af-south-1.myhuaweicloud.com"},
		{"iam", "cn-north-4", "https://iam.cn-north-4.myhuaweicloud.com"},
		{"iam", "tr-west-1", "https://iam.tr-west-1.myhuaweicloud.com"},
		{"iam", "ru-northwest-2", "https://iam.myhuaweicloud.com"},
		{"iam", "cn-north-11", "https://iam.myhuaweicloud.com"},
		{"iam", "cn-southwest-3", "https://iam.myhuaweicloud.com"},
		{"iam", "ap-southeast-5", "https://iam.myhuaweicloud.com"},
		{"iam", "cn-south-4", "https://iam.myhuaweicloud.com"},
		{"iam", "eu-west-101", "https://iam.eu-west-101.myhuaweicloud.eu"},
		{"iam", "eu-west-0", "https://iam.eu-west-0.myhuaweicloud.com"},
	} {
		got, err := huaweicloud.Endpoint(tt.service, tt.region, "")
		assert.Equal(t, tt.want, got, tt.region)
		assert.Equal(t, tt.want == "", err != nil, tt.region)
		got, err = huaweicloud.Endpoint(tt.service, tt.region, "https://host.example")
		require.NoError(t, err)
		assert.Equal(t, "https://host.example", got)
	}
}

func TestCredentials(t *testing.T) {
	tests := []struct {
		name  string
		give  huaweicloud.Credentials
		wrong []string
	}{
		{"keys", huaweicloud.Credentials{AccessKey: "FAKEAK", SecretKey: "fake"}, nil},
		{"temporary keys", huaweicloud.Credentials{AccessKey: "FAKEAK", SecretKey: "fake", SecurityToken: "fake"}, nil},
		{"user", user, nil},
		{"none", huaweicloud.Credentials{}, []string{"access keys or a user"}},
		{"both", huaweicloud.Credentials{AccessKey: "FAKEAK", User: "u"}, []string{"not both"}},
		{"half a key", huaweicloud.Credentials{SecurityToken: "fake"}, []string{"access key is missing", "secret key is missing"}},
		{"a user without a password", huaweicloud.Credentials{User: "u"}, []string{"password is missing", "domain is missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.give.Check()
			if tt.wrong == nil {
				require.NoError(t, err)
			}
			for _, wrong := range tt.wrong {
				require.ErrorContains(t, err, wrong)
			}
		})
	}
}
