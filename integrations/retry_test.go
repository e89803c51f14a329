package integrations_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// shaky answers in turn, the last for ever, and counts what came.
type shaky struct {
	*httptest.Server

	mu      sync.Mutex
	answers []http.HandlerFunc
	bodies  []string
}

func newShaky(t *testing.T, answers ...http.HandlerFunc) *shaky {
	s := &shaky{answers: answers}
	s.Server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.bodies = append(s.bodies, string(body))
		answer := s.answers[0]
		if len(s.answers) > 1 {
			s.answers = s.answers[1:]
		}
		s.mu.Unlock()
		answer(w, r)
	})
	return s
}

func (s *shaky) came() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bodies
}

func says(status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "what was said")
	}
}

// breaksIn promises more than it sends.
func breaksIn(status int) http.HandlerFunc { return says(status, "Content-Length", "1000") }

func breaks(linger int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_ = conn.(*net.TCPConn).SetLinger(linger)
		_ = conn.Close()
	}
}

var hastily = integrations.ClientOptions{Pause: time.Millisecond}

func TestAReadIsTriedOnceMore(t *testing.T) {
	for name, c := range map[string]struct {
		met   http.HandlerFunc
		tries int
	}{
		"500":                           {says(500), 2},
		"502":                           {says(502), 2},
		"503":                           {says(503), 2},
		"504":                           {says(504), 2},
		"hung up":                       {breaks(-1), 2},
		"reset":                         {breaks(0), 2},
		"200, broken in the middle":     {breaksIn(200), 2},
		"503, broken in the middle":     {breaksIn(503), 2},
		"503, and when to come back":    {says(503, "Retry-After", "30"), 1},
		"200":                           {says(200), 1},
		"302":                           {says(302, "Location", "/elsewhere"), 1},
		"400":                           {says(400), 1},
		"400, broken in the middle":     {breaksIn(400), 2},
		"401, broken in the middle":     {breaksIn(401), 1},
		"429, broken in the middle":     {breaksIn(429), 1},
		"404":                           {says(404), 1},
		"408":                           {says(408), 1},
		"429":                           {says(429), 1},
		"no HTTP":                       {garbage, 1},
		"more than is read":             {endless, 1},
		"an encoding that it is not in": {says(200, "Content-Encoding", "gzip"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShaky(t, c.met, says(200))
			ctx, tape := integrations.WithTape(t.Context())
			res, err := integrations.NewClient(hastily).R().SetContext(ctx).Get(s.URL)
			assert.Len(t, s.came(), c.tries)
			assert.Len(t, tape.Take(), c.tries, "each try is on the tape")
			if c.tries == 2 {
				require.NoError(t, err)
				assert.Equal(t, 200, res.StatusCode())
				assert.Equal(t, "what was said", res.String())
			}

			s = newShaky(t, c.met)
			_, _ = integrations.NewClient(hastily).R().Get(s.URL)
			assert.Len(t, s.came(), c.tries, "not more than twice")

			for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPut} {
				s = newShaky(t, c.met, says(200))
				_, _ = integrations.NewClient(hastily).R().SetBody("{}").Execute(method, s.URL)
				assert.Len(t, s.came(), 1, "a write never")
			}
		})
	}
}

func garbage(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, "no HTTP at all\r\n\r\n")
	_ = conn.Close()
}

func endless(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2<<20)) }

// What the second try met is what the caller hears of.
func TestTheSecondTryIsTheAnswer(t *testing.T) {
	s := newShaky(t, breaks(-1), breaksIn(503))
	res, err := integrations.NewClient(hastily).R().Get(s.URL)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, 503, res.StatusCode())
	require.Equal(t, integrations.NoAnswer, integrations.Failure("toy", "read", err).Kind)
}

// A kept-alive connection that dies under a read would make net/http send it again,
// past the tape and past a limit of the vendor's.
func TestAReadOverAConnectionThatWasKept(t *testing.T) {
	for name, dies := range map[string]http.HandlerFunc{"hung up": breaks(-1), "reset": breaks(0)} {
		t.Run(name, func(t *testing.T) {
			client := integrations.NewClient(hastily)
			s := newShaky(t, says(200), says(200), dies)
			var warm sync.WaitGroup
			for range 2 {
				warm.Go(func() { _, _ = client.R().Get(s.URL) })
			}
			warm.Wait()
			ctx, tape := integrations.WithTape(t.Context())
			_, err := client.R().SetContext(ctx).Get(s.URL)
			require.Error(t, err)
			require.Equal(t, integrations.NoAnswer, integrations.Failure("toy", "read", err).Kind)
			require.Len(t, s.came(), 2+2)
			require.Len(t, tape.Take(), 2)
		})
	}
}

func TestNobodyListensTwice(t *testing.T) {
	s := serve(t, says(200))
	s.Close()
	ctx, tape := integrations.WithTape(t.Context())
	_, err := integrations.NewClient(hastily).R().SetContext(ctx).Get(s.URL)
	require.Equal(t, integrations.NotSent, integrations.Failure("toy", "read", err).Kind)
	require.Len(t, tape.Take(), 2)
}

// Who waited for as long as they would is not kept waiting for longer.
func TestATimeOutIsNotTriedAgain(t *testing.T) {
	s := newShaky(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	for d := 100 * time.Millisecond; len(s.came()) == 0; d *= 2 { // connecting counts into it
		_, err := integrations.NewClient(integrations.ClientOptions{Timeout: d, Pause: time.Millisecond}).R().Get(s.URL)
		require.Error(t, err)
	}
	require.Len(t, s.came(), 1)

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	s = newShaky(t, says(503))
	res, err := integrations.NewClient(integrations.ClientOptions{Pause: time.Hour}).R().SetContext(ctx).Get(s.URL)
	require.NoError(t, err)
	require.Equal(t, 503, res.StatusCode(), "a pause that does not fit is not begun")
	require.Len(t, s.came(), 1)
}

// A read may be ordered by POST, and be of more than one request.
func TestReading(t *testing.T) {
	order := func(ctx context.Context, client *resty.Client, url string) int {
		res, err := client.R().SetContext(ctx).SetBody(`{"node":"n"}`).Post(url)
		if err != nil {
			return 0
		}
		return res.StatusCode()
	}
	client := integrations.NewClient(hastily)
	s := newShaky(t, says(503), says(200))
	require.Equal(t, 200, order(integrations.Reading(t.Context(), nil), client, s.URL))
	require.Equal(t, []string{`{"node":"n"}`, `{"node":"n"}`}, s.came())

	s = newShaky(t, says(503), says(401), says(503), says(200))
	ctx := integrations.Reading(t.Context(), nil)
	require.Equal(t, 401, order(ctx, client, s.URL))
	require.Equal(t, 503, order(ctx, client, s.URL), "a read has one second try, of however many requests it is")
	require.Len(t, s.came(), 3)

	for met, why := range map[*shaky]integrations.Kind{
		newShaky(t, says(503)):     integrations.Unavailable,
		newShaky(t, breaks(0)):     integrations.NoAnswer,
		newShaky(t, breaksIn(200)): integrations.NoAnswer,
	} {
		var asked []integrations.Kind
		ctx := integrations.Reading(t.Context(), func(k integrations.Kind) bool {
			asked = append(asked, k)
			return false
		})
		_, _ = client.R().SetContext(ctx).Get(met.URL)
		require.Equal(t, []integrations.Kind{why}, asked)
		require.Len(t, met.came(), 1, "who has a say said no")
	}
}

// A login is a read, and a password is not repeated. It is not late either: only what
// rests on something seen is.
func TestAReadThatIsMadeOnce(t *testing.T) {
	client := integrations.NewClient(hastily)
	for _, s := range []*shaky{newShaky(t, says(503), says(200)), newShaky(t, breaks(0), says(200))} {
		ctx := integrations.SendBefore(integrations.ReadingOnce(t.Context()), time.Now().Add(-time.Minute))
		res, err := client.R().SetContext(ctx).SetBody(`{"user":"u"}`).Post(s.URL)
		require.True(t, err != nil || res.StatusCode() == 503)
		require.Len(t, s.came(), 1)
	}
}
