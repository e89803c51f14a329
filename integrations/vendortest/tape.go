package vendortest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"quell/integrations"
)

func tapeChecks() []check {
	return []check{
		{"the tape", tape},
		{"a server that repeats what it was sent, as its request id", repeatedID},
	}
}

// tape wants on it what the server got: all of it, once, in this order, and no
// secret.
func tape(v Vendor) error {
	heard := make(chan integrations.Exchange, 100)
	refuse := respond(400, "application/json", v.Refusal(400, "no"))
	t, err := try(v, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- integrations.Exchange{
			Host: r.Host, Operation: r.Method + " " + r.RequestURI, Sent: string(body), Answer: "400",
		}
		refuse(w, r)
	})
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	ctx, tape := integrations.WithTape(ctx)
	for name, call := range map[string]func(context.Context) error{"read": t.Read, "write": t.Write} {
		_ = call(ctx)
		taken := tape.Take()
		if err := leak(v, name+": tape", fmt.Sprintf("%+v", taken)); err != nil {
			return err
		}
		if err := same(v, taken, heard); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// same compares what is on the tape with what the server heard. A login is
// answered elsewhere, and on the tape it shows no more than its path.
func same(v Vendor, taken []integrations.Exchange, heard chan integrations.Exchange) error {
	if len(heard) == 0 {
		return fmt.Errorf("nothing was sent")
	}
	for _, e := range taken {
		bare := integrations.Exchange{Host: e.Host, Operation: e.Operation, Sent: e.Sent, Answer: e.Answer}
		if v.Login != nil && bare.Sent == "" && bare.Answer != "400" {
			continue
		}
		if len(heard) == 0 {
			return fmt.Errorf("%q is on the tape and was not sent", e.Line())
		}
		if sent := <-heard; sent != bare {
			return fmt.Errorf("%q is on the tape where %q was sent", e.Line(), sent.Line())
		}
	}
	if len(heard) > 0 {
		return fmt.Errorf("%q was sent and is not on the tape", (<-heard).Line())
	}
	return nil
}

// repeatedID plays a server that gives the end of each long header back in turn:
// that of a signature is as good as all of it.
func repeatedID(v Vendor) error {
	values := make(chan []string, 100)
	t, err := try(v, hangUp)
	if err != nil {
		return err
	}
	defer t.close()
	for n, most := 0, 1; n < most; n++ {
		t.from(func(w http.ResponseWriter, r *http.Request) {
			sent := long(r.Header)
			values <- sent
			value := sent[n%len(sent)]
			w.Header().Set("X-Request-Id", value[max(0, len(value)-60):])
			respond(400, "application/json", v.Refusal(400, "no"))(w, r)
		})
		taken := recorded(t)
		for len(values) > 0 {
			most = max(most, len(<-values))
		}
		for _, e := range taken {
			if e.RequestID != "" {
				return fmt.Errorf("%s: the request id repeats a header", e.Operation)
			}
		}
	}
	return nil
}

// long are the headers' values that are long enough to be a credential.
func long(h http.Header) (values []string) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if value := h.Get(name); len(value) >= 16 {
			values = append(values, value)
		}
	}
	return values
}

// recorded is the tape of a read and a write.
func recorded(t *trial) []integrations.Exchange {
	ctx, cancel := background()
	defer cancel()
	ctx, tape := integrations.WithTape(ctx)
	_, _ = t.Read(ctx), t.Write(ctx)
	return tape.Take()
}
