package integrations_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

var tapeStart = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// ticking is a client whose clock goes on by 7 ms each time it is read: once
// before a request and once after.
func ticking() *resty.Client {
	var mu sync.Mutex
	now := tapeStart
	return integrations.NewClient(integrations.ClientOptions{Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(7 * time.Millisecond)
		return now
	}})
}

// on is a request whose exchange goes onto a tape of its own.
func on(t *testing.T, client *resty.Client) (*resty.Request, *integrations.Tape) {
	ctx, tape := integrations.WithTape(t.Context())
	return client.R().SetContext(ctx), tape
}

func taken(t *testing.T, tape *integrations.Tape) integrations.Exchange {
	all := tape.Take()
	require.Len(t, all, 1)
	return all[0]
}

func TestATapeHoldsEachExchange(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req-1")
		w.WriteHeader(http.StatusNoContent)
	})
	client := ticking()
	ctx, tape := integrations.WithTape(t.Context())
	post := func(ctx context.Context) {
		_, _ = client.R().SetContext(ctx).SetHeader("Authorization", "Bearer fake").
			SetBody([]byte(`{"node_id":"n"}`)).Post(s.URL + "/kill%2F?node=n%261")
	}
	post(ctx)
	post(integrations.WithSecrets(ctx))
	post(t.Context()) // has no tape
	s.Close()
	post(ctx)

	host := strings.TrimPrefix(s.URL, "http://")
	at := func(reading int) time.Time { return tapeStart.Add(time.Duration(reading) * 7 * time.Millisecond) }
	want := []integrations.Exchange{
		{At: at(1), Host: host, Operation: "POST /kill%2F?node=n%261", Sent: `{"node_id":"n"}`, Answer: "204", Change: true, Millis: 7, RequestID: "req-1"},
		{At: at(3), Host: host, Operation: "POST /kill%2F", Answer: "204", Change: true, Millis: 7},
		{At: at(6), Host: host, Operation: "POST /kill%2F?node=n%261", Sent: `{"node_id":"n"}`, Change: true, Fail: integrations.NotSent, Millis: 7},
	}
	got := tape.Take()
	require.Equal(t, want, got)
	assert.Empty(t, tape.Take(), "taken is forgotten")

	stored, err := json.Marshal(got)
	require.NoError(t, err)
	var read []integrations.Exchange
	require.NoError(t, json.Unmarshal(stored, &read))
	assert.Equal(t, want, read)
	assert.JSONEq(t, `{"at":"2026-01-02T03:04:05.007Z","method":"POST","host":"`+host+`","path":"/kill%2F","query":"node=n%261",
		"body":"{\"node_id\":\"n\"}","status":204,"change":true,"ms":7,"request_id":"req-1"}`, encoded(t, got[0]))
	read[0] = integrations.Exchange{Operation: "POST /scan", Answer: "200"}
	require.NoError(t, json.Unmarshal([]byte(encoded(t, read[0])), &read[1]))
	assert.Equal(t, read[0], read[1], "a read by POST")
	redis := integrations.Exchange{Protocol: "redis", Operation: "CLIENT KILL", Sent: "ID 3", Answer: "1", Change: true}
	assert.JSONEq(t, `{"at":"0001-01-01T00:00:00Z","protocol":"redis","host":"","op":"CLIENT KILL","sent":"ID 3","answer":"1","change":true,"ms":0}`, encoded(t, redis))
	require.NoError(t, json.Unmarshal([]byte(encoded(t, redis)), &read[1]))
	assert.Equal(t, redis, read[1])

	earlier := `{"at":"2026-01-02T03:04:05.007Z","method":"POST","host":"` + host + `","path":"/kill%2F","query":"node=n%261",
		"body":"{\"node_id\":\"n\"}","status":204,"ms":7,"request_id":"req-1"}`
	var back integrations.Exchange
	require.NoError(t, json.Unmarshal([]byte(earlier), &back))
	assert.Equal(t, want[0], back, "as it was stored while HTTP was the only protocol")
}

func encoded(t *testing.T, e integrations.Exchange) string {
	text, err := json.Marshal(e)
	require.NoError(t, err)
	return string(text)
}

func TestWhyThereIsNoAnswer(t *testing.T) {
	began := make(chan struct{}, 1)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or the server does not notice that the caller left
		began <- struct{}{}
		<-r.Context().Done()
	})
	client := integrations.NewClient(integrations.ClientOptions{})
	fail := func(ctx context.Context, url string) integrations.Kind {
		ctx, tape := integrations.WithTape(ctx)
		_, err := client.R().SetContext(ctx).Post(url)
		require.Error(t, err)
		e := taken(t, tape)
		assert.Empty(t, e.Answer)
		assert.Equal(t, integrations.Failure("toy", "write", err).Kind, e.Fail)
		return e.Fail
	}
	breaks, hangUp := context.WithCancel(t.Context())
	go func() { <-began; hangUp() }()
	assert.Equal(t, integrations.NoAnswer, fail(breaks, s.URL))
	assert.Equal(t, integrations.NoAnswer, fail(t.Context(), listen(t, "SECRET not HTTP\r\n\r\n")))
	assert.Equal(t, integrations.NotSent, fail(breaks, s.URL), "cancelled before")
	assert.Equal(t, integrations.NotSent, fail(t.Context(), "http://192.0.2.1"), "in the clear")
	assert.Equal(t, integrations.Late, fail(integrations.SendBefore(t.Context(), time.Now()), s.URL))
}

func TestALongBodyIsCut(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	for name, tt := range map[string]struct{ body, want string }{
		"2 kB":                  {strings.Repeat("x", 2048), strings.Repeat("x", 2048)},
		"a byte more":           {strings.Repeat("x", 2049), strings.Repeat("x", 2048) + "… (2049 bytes)"},
		"cut within a letter":   {strings.Repeat("x", 2047) + "é", strings.Repeat("x", 2047) + "… (2049 bytes)"},
		"not a body, and empty": {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			req, tape := on(t, integrations.NewClient(integrations.ClientOptions{}))
			_, err := req.SetBody([]byte(tt.body)).Post(s.URL)
			require.NoError(t, err)
			require.Equal(t, tt.want, taken(t, tape).Sent)
		})
	}
}

// A server that gives back what it was sent must not bring a credential onto
// the tape.
func TestARequestIDThatRepeatsACredentialIsNotKept(t *testing.T) {
	const signature = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for id, want := range map[string]string{
		"c1e6b0c4f2a94d0c8a3f1f0c6f6a0a11": "c1e6b0c4f2a94d0c8a3f1f0c6f6a0a11",
		"req-1":                            "req-1",
		"a\u202eb":                         "a\uFFFDb",
		signature:                          "",
		"id-" + signature[20:40]:           "",
		signature[40:] + "-id":             "",
		"fake-key":                         "",
		strings.Repeat("x", 129):           "",
		"":                                 "",
	} {
		t.Run(id, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Request-Id", id) })
			req, tape := on(t, integrations.NewClient(integrations.ClientOptions{}))
			_, err := req.SetHeader("Authorization", "Signature="+signature).SetHeader("X-Api-Key", "fake-key").Get(s.URL)
			require.NoError(t, err)
			require.Equal(t, want, taken(t, tape).RequestID)
		})
	}
}

func TestExchangesAreInTheOrderOfTheirBeginning(t *testing.T) {
	began, end := make(chan struct{}), make(chan struct{})
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(began)
			<-end
		}
	})
	client := ticking()
	ctx, tape := integrations.WithTape(t.Context())
	slow := make(chan error, 1)
	go func() {
		_, err := client.R().SetContext(ctx).Get(s.URL + "/slow")
		slow <- err
	}()
	<-began
	for _, path := range []string{"/a", "/b"} {
		_, err := client.R().SetContext(ctx).Get(s.URL + path)
		require.NoError(t, err)
	}
	close(end)
	require.NoError(t, <-slow)
	assert.Equal(t, []string{"/slow", "/a", "/b"}, paths(tape.Take()))
}

func paths(exchanges []integrations.Exchange) (all []string) {
	for _, e := range exchanges {
		all = append(all, strings.TrimPrefix(e.Operation, "GET "))
	}
	return all
}

func TestAFullTapeLeavesOutTheOldestReads(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := ticking()
	ctx, tape := integrations.WithTape(t.Context())
	call := func(method string, times int) {
		for range times {
			_, err := client.R().SetContext(ctx).Execute(method, s.URL)
			require.NoError(t, err)
		}
	}
	call("GET", 3)
	call("POST", 1)
	call("GET", 199)
	got := tape.Take()
	require.Len(t, got, 201)
	assert.Equal(t, []int{2, 0, 0}, []int{got[0].Omitted, got[1].Omitted, got[2].Omitted})

	call("GET", 1)
	call("POST", 250)
	call("GET", 203)
	got = tape.Take()
	require.Len(t, got, 450, "no write is left out")
	assert.Equal(t, "POST /", got[0].Operation)
	assert.Equal(t, []int{1, 3}, []int{got[0].Omitted, got[250].Omitted})
	assert.True(t, got[0].Change)
	assert.False(t, got[250].Change)
}

// A read by POST is as bounded as any other, and a login among them.
func TestAFullTapeLeavesOutReadsByPOST(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := ticking()
	ctx, tape := integrations.WithTape(t.Context())
	for _, mark := range []func(context.Context) context.Context{
		func(ctx context.Context) context.Context { return integrations.Reading(ctx, nil) }, integrations.ReadingOnce,
	} {
		for range 205 {
			_, err := client.R().SetContext(mark(ctx)).Post(s.URL)
			require.NoError(t, err)
		}
		got := tape.Take()
		require.Len(t, got, 200)
		require.Equal(t, 5, got[0].Omitted)
		require.Empty(t, slices.DeleteFunc(got, func(e integrations.Exchange) bool { return !e.Change }))
	}
}

func TestATapeIsReplayedOnce(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := ticking()
	get := func(ctx context.Context, path string) {
		_, err := client.R().SetContext(ctx).Get(s.URL + path)
		require.NoError(t, err)
	}
	caller, own := integrations.WithTape(t.Context())
	get(caller, "/before")
	shared, tape := integrations.WithTape(caller)
	get(shared, "/shared")
	get(caller, "/after")
	other, others := integrations.WithTape(t.Context())

	tape.Replay(t.Context()) // has no tape
	tape.Replay(shared)
	for range 2 {
		tape.Replay(caller)
		tape.Replay(other)
	}
	assert.Equal(t, []string{"/before", "/shared", "/after"}, paths(own.Take()))
	assert.Equal(t, []string{"/shared"}, paths(others.Take()))
	assert.Equal(t, []string{"/shared"}, paths(tape.Take()))
}

func TestManyUseATapeAtOnce(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := integrations.NewClient(integrations.ClientOptions{})
	ctx, tape := integrations.WithTape(t.Context())
	got := make(chan int, 8)
	for range cap(got) {
		go func() {
			for range 10 {
				_, err := client.R().SetContext(ctx).Post(s.URL)
				assert.NoError(t, err)
			}
			got <- len(tape.Take())
		}()
	}
	sum := 0
	for range cap(got) {
		sum += <-got
	}
	assert.Equal(t, 80, sum)
}

func TestLines(t *testing.T) {
	for want, e := range map[string]integrations.Exchange{
		`POST /v2/clients/kill {"node_id":"n"} → 204, 12 ms, request abc`: {Operation: "POST /v2/clients/kill", Sent: `{"node_id":"n"}`, Answer: "204", Millis: 12, RequestID: "abc"},
		`GET /v2/clients?offset=0 → no-answer, 10000 ms`:                  {Operation: "GET /v2/clients?offset=0", Fail: integrations.NoAnswer, Millis: 10000},
		"POST /x a\uFFFDb → not-sent, 0 ms":                               {Operation: "POST /x", Sent: "a\nb", Fail: integrations.NotSent},
		"CLIENT KILL ID 26 USER u → NOPERM, 1 ms":                         {Protocol: "redis", Operation: "CLIENT KILL", Sent: "ID 26 USER u", Answer: "NOPERM", Millis: 1},
	} {
		assert.Equal(t, want, e.Line())
	}
}

// A protocol of its own brings its exchanges itself, and the tape is the same: in order of
// their beginning, reads bounded, no write left out. What is a read is told by Change.
func TestATapeOfAnotherProtocol(t *testing.T) {
	ctx, tape := integrations.WithTape(t.Context())
	add := func(second int, operation string, change bool) {
		integrations.Add(ctx, integrations.Exchange{
			At: tapeStart.Add(time.Duration(second) * time.Second), Protocol: "redis", Operation: operation, Answer: "1", Change: change,
		})
	}
	add(2, "CLIENT LIST", false)
	add(3, "CLIENT KILL", true)
	add(1, "AUTH", false) // handed over last, and it began first
	got := tape.Take()
	require.Equal(t, []string{"AUTH", "CLIENT LIST", "CLIENT KILL"}, paths(got))
	require.Equal(t, "redis", got[0].Wire())

	for i := range 250 {
		add(4+2*i, "CLIENT LIST", false)
		add(5+2*i, "CLIENT KILL", true)
	}
	got = tape.Take()
	require.Len(t, got, 450)
	reads, omitted := 0, 0
	for _, e := range got {
		omitted += e.Omitted
		if !e.Change {
			reads++
		}
	}
	require.Equal(t, []int{200, 50}, []int{reads, omitted})
	require.Equal(t, "CLIENT KILL", got[0].Operation, "no write is left out")
}

func TestManyClientsOfAnotherProtocolUseATapeAtOnce(t *testing.T) {
	ctx, tape := integrations.WithTape(t.Context())
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			integrations.Add(ctx, integrations.Exchange{At: tapeStart.Add(time.Duration(i) * time.Second), Protocol: "redis", Operation: "CLIENT LIST"})
		})
	}
	all.Wait()
	got := tape.Take()
	require.Len(t, got, 100)
	require.True(t, slices.IsSortedFunc(got, func(a, b integrations.Exchange) int { return a.At.Compare(b.At) }))
}

// What could not be stored goes back, in its place among what came since.
func TestWhatWasTakenCanGoBack(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := ticking()
	ctx, tape := integrations.WithTape(t.Context())
	get := func(path string) {
		_, err := client.R().SetContext(ctx).Get(s.URL + path)
		require.NoError(t, err)
	}
	get("/first")
	was := integrations.Taken(ctx)
	get("/second")
	integrations.Add(ctx, was...)
	all := tape.Take()
	require.Len(t, all, 2)
	require.Equal(t, []string{"GET /first", "GET /second"}, []string{all[0].Operation, all[1].Operation})
	integrations.Add(t.Context(), was...) // no tape, no harm
}

// TestARefusalIsExplainedOnTheTape: what the vendor said in its body stands beside the exchange
// that it answered, and beside no other.
func TestARefusalIsExplainedOnTheTape(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/named" {
			w.Header().Set("X-Request-Id", "of-the-header")
		}
		w.WriteHeader(http.StatusBadRequest)
	})
	ctx, tape := integrations.WithTape(t.Context())
	client := integrations.NewClient(integrations.ClientOptions{})
	for _, path := range []string{"/named", "/", "/untold"} {
		res, err := client.R().SetContext(ctx).Get(s.URL + path)
		require.NoError(t, err)
		if path != "/untold" {
			integrations.Explain(ctx, res.RawResponse, &integrations.Error{Code: "TOY.7", RequestID: "of-the-body"}, "Wait\x1b"+strings.Repeat("!", 300))
		}
	}
	taken := tape.Take()
	require.Len(t, taken, 3)
	assert.Equal(t, "TOY.7 of-the-header", taken[0].Code+" "+taken[0].RequestID)
	assert.Equal(t, "TOY.7 of-the-body", taken[1].Code+" "+taken[1].RequestID)
	assert.Len(t, []rune(taken[1].Advice), 160)
	assert.Regexp(t, `^GET / → 400 TOY.7, \d+ ms, request of-the-body, solution: Wait\x{FFFD}!+…$`, taken[1].Line())
	assert.Equal(t, "", taken[2].Code+taken[2].Advice+taken[2].RequestID)
	text, err := json.Marshal(taken[1])
	require.NoError(t, err)
	var again integrations.Exchange
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, taken[1], again)
}
