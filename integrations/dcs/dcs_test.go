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
	"quell/integrations/vendortest"
)

const documentedNode = "8f7ee181-88e2-49b7-a4bf-81f18f93a135" // of the vendor's example

func TestEndSession(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{killPath: respond(204, "")})
	got, err := s.client(t, nil).EndSession(t.Context(), thing(documentedNode, "1012", "10.63.238.158:2048"))
	require.NoError(t, err)
	require.Equal(t, integrations.Receipt{At: now, Status: 204, RequestID: "req-1"}, got)
	require.Equal(t, []string{killPath}, s.sent)
	require.Equal(t, vendortest.Fixture(t, "kill_request.json"), s.bodies[killPath][0])
}

func TestTheCallThatIsShownIsTheCallThatIsSent(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
	s := play(t, nil)
	_, err := s.client(t, nil).EndSession(t.Context(), thing(node, "1", ""))
	require.Equal(t, "dcs.no-peer", hintOf(t, err))
	require.Equal(t, integrations.Unsupported, integrations.KindOf(err))
	require.Empty(t, s.sent)
}

func TestTheDocumentedRefusal(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{killPath: respond(400, vendortest.Fixture(t, "kill_400_documented.json"))})
	_, err := s.client(t, nil).EndSession(t.Context(), thing(node, "1", "10.0.0.1:1"))
	var failure *integrations.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, integrations.Busy, failure.Kind)
	assert.Equal(t, integrations.NothingDone, failure.Effect())
	assert.True(t, failure.Retryable())
	assert.EqualError(t, failure, "dcs: HangUpClients: busy (HTTP 400) DCS.4957 request req-1: "+
		"This operation is not allowed when the task is in the current state.")
	assert.Equal(t, 1, s.count(killPath))
}

// A kill that is slow to reach the vendor meets the scan that began beside it.
func TestARefusalThatOurOwnLookExplains(t *testing.T) {
	t.Parallel()
	killing, scanned := make(chan struct{}), make(chan struct{})
	s := play(t, map[string]http.HandlerFunc{
		killPath: func(w http.ResponseWriter, r *http.Request) {
			close(killing)
			select {
			case <-scanned:
			case <-r.Context().Done():
			}
			respond(400, scanRunning)(w, r)
		},
		scanPath: func(w http.ResponseWriter, r *http.Request) {
			close(scanned)
			respond(200, `{}`)(w, r)
		},
		listPath: page("t", 1, rows(1, 1)),
	})
	c := s.client(t, func(cfg *dcs.Config) { cfg.KillQuiet = 10 * time.Millisecond })
	declined := make(chan error, 1)
	go func() {
		_, err := c.EndSession(t.Context(), thing(node, "1", "10.0.0.1:1"))
		declined <- err
	}()
	<-killing
	_, err := c.Sessions(t.Context(), node)
	require.NoError(t, err)
	var failure *integrations.Error
	require.ErrorAs(t, <-declined, &failure)
	assert.True(t, failure.Ours)
	assert.Equal(t, integrations.NothingDone, failure.Effect())
	assert.True(t, failure.Retryable())
	assert.EqualError(t, failure, "dcs: HangUpClients: busy (HTTP 400) DCS.4957 request req-1, beside a call of our own: "+
		"This operation is not allowed when the task is in the current state.")
}

// Only a refusal that means "a scan runs" can be of our look's doing.
func TestWhatOurOwnLookDoesNotExplain(t *testing.T) {
	t.Parallel()
	for _, answer := range []http.HandlerFunc{
		respond(400, `{"error_code":"DCS.4017","error_msg":"a job runs"}`), respond(403, `{"error_code":"DCS.2003","error_msg":"no"}`),
		respond(500, `{"error_code":"DCS.4957","error_msg":"no"}`), respond(429, `{}`),
	} {
		s := play(t, map[string]http.HandlerFunc{killPath: answer, scanPath: respond(403, `{"error_code":"DCS.2003","error_msg":"no"}`)})
		c := s.client(t, nil)
		_, err := c.Sessions(t.Context(), node) // a look that failed may have left its scan there
		require.Error(t, err)
		_, err = c.EndSession(t.Context(), thing(node, "1", "10.0.0.1:1"))
		var failure *integrations.Error
		require.ErrorAs(t, err, &failure)
		assert.False(t, failure.Ours, failure)
	}
}

func TestEveryMistakeInAConfigIsListed(t *testing.T) {
	t.Parallel()
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
