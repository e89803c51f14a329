package jp1ao_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
	"quell/integrations/vendortest"
)

// A look past half of a token's life brings another one. Between a look and its call none is
// renewed, however old it is.
func TestATokenIsRenewedByALook(t *testing.T) {
	t.Parallel()
	clock := now
	s := play(t, map[string]http.HandlerFunc{
		taskPath: respond(200, row(5381, "In Progress")), templatePath: respond(200, template), stopPath: respond(200, `{"state":"success"}`),
	})
	c := s.clientAt(t, nil, func() time.Time { return clock })
	look := func() {
		_, err := c.TasksOf(t.Context(), []string{"5381"})
		require.NoError(t, err)
	}
	look()
	clock = clock.Add(499 * time.Second)
	look()
	clock = clock.Add(3 * time.Second)
	_, err := c.Stop(t.Context(), thing())
	require.NoError(t, err)
	look()
	require.Equal(t, []string{"Basic", "HSSO", "HSSO", "HSSO", "Basic"}, s.proofs())
}

// Where the password is refused as it should renew a token, the token serves to its end, and
// the password rests.
func TestATokenServesWhileThePasswordRests(t *testing.T) {
	t.Parallel()
	clock, first := now, true
	s := play(t, map[string]http.HandlerFunc{listPath: func(w http.ResponseWriter, r *http.Request) {
		if !first && strings.HasPrefix(r.Header.Get("Authorization"), "Basic") {
			w.WriteHeader(401)
			return
		}
		first = false
		respond(200, `{"data":[],"count":0}`)(w, r)
	}})
	c := s.clientAt(t, nil, func() time.Time { return clock })
	for range 3 {
		_, err := c.Tasks(t.Context())
		require.NoError(t, err)
		clock = now.Add(501 * time.Second)
	}
	require.Equal(t, []string{"Basic", "Basic", "HSSO", "HSSO"}, s.proofs())
}

// A 401 is also the answer to who lacks a permission on a task's service group (AOCR0057). One
// stop that is refused so keeps nobody else from a list, and the password is not repeated for it.
func TestOneTaskThatIsRefusedBarsNoOther(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{
		listPath: respond(200, `{"data":[`+row(5381, "In Progress")+`],"count":1}`),
		taskPath: refusal(401, "no"), templatePath: refusal(401, "no"), logPath: refusal(401, "no"),
	})
	c := s.client(t, nil)
	list := func() {
		_, err := c.Tasks(t.Context())
		require.NoError(t, err)
	}
	list()
	_, err := c.Stop(t.Context(), thing())
	got := vendortest.Failure(t, err)
	require.Equal(t, integrations.Unauthenticated, got.Kind)
	require.Equal(t, "jp1ao.unauthenticated-task", got.Hint)
	require.Equal(t, integrations.NothingDone, got.Effect())
	list()
	for range 3 {
		_, err := c.TasksOf(t.Context(), []string{"5381"})
		require.Equal(t, "jp1ao.unauthenticated-task", vendortest.Failure(t, err).Hint)
	}
	list()
	require.Equal(t, []string{"Basic", "HSSO", "Basic", "HSSO", "HSSO", "HSSO"}, s.proofs())
}

// Where the server was restarted and the password changed, a task's refusal keeps the password
// from that task, and the list's from everything.
func TestATaskIsRefusedToAWrongPassword(t *testing.T) {
	t.Parallel()
	var wrong atomic.Bool
	answer := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if wrong.Load() {
				refusal(401, "no")(w, r)
				return
			}
			respond(200, body)(w, r)
		}
	}
	s := play(t, map[string]http.HandlerFunc{listPath: answer(`{"data":[],"count":0}`), taskPath: answer(row(5381, "In Progress"))})
	c := s.client(t, nil)
	_, err := c.Tasks(t.Context())
	require.NoError(t, err)
	wrong.Store(true)
	for range 3 {
		_, err = c.TasksOf(t.Context(), []string{"5381"})
		require.Error(t, err)
	}
	for range 3 {
		_, err = c.Tasks(t.Context())
		require.Equal(t, "jp1ao.unauthenticated", vendortest.Failure(t, err).Hint)
	}
	require.Equal(t, []string{"Basic", "HSSO", "Basic", "HSSO", "Basic"}, s.proofs(), "accounts are locked")
}

// What proves who calls is in no text of the server's: not what came with it either.
func TestATextWithATokenIsNotShown(t *testing.T) {
	t.Parallel()
	const other = "b7d1-another-fake-token-for-tests_V0810"
	basic := base64.StdEncoding.EncodeToString([]byte("quell:" + password))
	for name, c := range map[string]struct{ header, text string }{
		"the token that comes":       {"HSSO " + other, other},
		"one of two that come":       {"Basic realm=x, HSSO " + other, other},
		"the token that is held":     {"", token},
		"the password that was sent": {"", basic},
	} {
		t.Run(name, func(t *testing.T) {
			says := func(then http.HandlerFunc) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Warning", "199 - session "+c.text)
					w.Header().Set("WWW-Authenticate", c.header)
					then(w, r)
				}
			}
			s := play(t, map[string]http.HandlerFunc{
				listPath: respond(200, `{"data":[],"count":0}`), taskPath: says(func(w http.ResponseWriter, _ *http.Request) {
					_, _ = w.Write([]byte(row(5381, "In Progress")))
				}),
				templatePath: says(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(403)
					_, _ = w.Write([]byte(`{"message":"session ` + c.text + `","messageID":"KNAE02103-E"}`))
				}),
			})
			client := s.client(t, nil)
			_, err := client.Tasks(t.Context())
			require.NoError(t, err)
			seen, err := client.TasksOf(t.Context(), []string{"5381"})
			require.NoError(t, err)
			require.Len(t, seen.Things[0].Warn, 2)
			_, err = client.Stop(t.Context(), thing())
			require.Equal(t, integrations.Forbidden, vendortest.Failure(t, err).Kind)
			require.NotContains(t, err.Error(), c.text)
		})
	}
}

// The header Warning says that a call was made and that the server has a problem: it is shown
// before a call, with the task, and after one. A secret in it is not.
func TestAWarningIsShown(t *testing.T) {
	t.Parallel()
	warns := func(text string, then http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Warning", text)
			then(w, r)
		}
	}
	for text, shown := range map[string]string{
		`199 - "The disk is nearly full."`: `199 - "The disk is nearly full."`, "a\u202eb": "a\ufffdb", "": "",
		password: "", token: "", strings.Repeat("x", 200): strings.Repeat("x", 79) + "…",
	} {
		s := play(t, map[string]http.HandlerFunc{
			listPath: warns(text, respond(200, `{"data":[`+row(5381, "In Progress")+`],"count":1}`)), taskPath: warns(text, respond(200, row(5381, "In Progress"))),
			templatePath: respond(200, template), stopPath: warns(text, respond(200, `{"state":"success"}`)),
		})
		c := s.client(t, nil)
		_, err := c.Tasks(t.Context()) // the next goes with the token
		require.NoError(t, err)
		for _, look := range []func() (integrations.Sighting, error){
			func() (integrations.Sighting, error) { return c.Tasks(t.Context()) },
			func() (integrations.Sighting, error) { return c.TasksOf(t.Context(), []string{"5381"}) },
		} {
			seen, err := look()
			require.NoError(t, err)
			want := []integrations.Note{{Hint: "warn.jp1ao-no-resume"}, {Hint: "warn.jp1ao-may-complete"}}
			if shown != "" {
				want = append(want, integrations.NewNote("warn.jp1ao-server", "text", shown))
			}
			require.Equal(t, want, seen.Things[0].Warn)
		}
		receipt, err := c.Stop(t.Context(), thing())
		require.NoError(t, err)
		require.Equal(t, shown, receipt.Warning)
	}
}
