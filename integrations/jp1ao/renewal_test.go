package jp1ao_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/integrations"
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
