package vendortest

import (
	"context"
	"fmt"

	"quell/integrations"
)

func tapeChecks() []check[Vendor] {
	return []check[Vendor]{
		{"the tape", tape},
		{"the tape of a write that nobody answered", tapeOfUnanswered},
	}
}

// tape wants on it what the peer heard: all of it, once, in this order, and no secret.
func tape(v Vendor) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	word, _ := v.plain()
	for _, call := range []struct {
		name   string
		do     func(context.Context) error
		change bool
	}{{"read", t.Read, false}, {"write", t.Write, true}} {
		t.Refuse(word, false)
		taken := recorded(call.do)
		if err := v.leak(call.name+": tape", fmt.Sprintf("%+v", taken)); err != nil {
			return err
		}
		if err := same(taken, t.host, t.Heard(), call.change); err != nil {
			return fmt.Errorf("%s: %w", call.name, err)
		}
	}
	return nil
}

// recorded is the tape of one call.
func recorded(call func(context.Context) error) []integrations.Exchange {
	ctx, cancel := background()
	defer cancel()
	ctx, tape := integrations.WithTape(ctx)
	_ = call(ctx)
	return tape.Take()
}

// same compares what is on the tape with what the peer heard.
func same(taken []integrations.Exchange, host string, heard []Heard, change bool) error {
	if len(heard) == 0 {
		return fmt.Errorf("nothing was sent")
	}
	for _, e := range taken {
		if len(heard) == 0 {
			return fmt.Errorf("%q is on the tape and was not sent", e.Line())
		}
		if err := heard[0].same(e, host, change); err != nil {
			return err
		}
		heard = heard[1:]
	}
	if len(heard) > 0 {
		return fmt.Errorf("%q was sent and is not on the tape", heard[0].Operation)
	}
	return nil
}

func (h Heard) same(e integrations.Exchange, host string, change bool) error {
	bare := Heard{Operation: e.Operation, Sent: e.Sent, Answer: e.Answer}
	if h.Ahead {
		bare, change = Heard{Operation: e.Operation, Ahead: true}, false
	}
	switch {
	case bare != h:
		return fmt.Errorf("%q is on the tape where %+v was sent", e.Line(), h)
	case e.Host != host:
		return fmt.Errorf("%q is on the tape of %s, and was sent to %s", e.Line(), e.Host, host)
	case e.Change != change:
		return fmt.Errorf("%q is on the tape with change %t", e.Line(), e.Change)
	}
	return nil
}

// tapeOfUnanswered wants the write itself on the tape, as one of which nobody knows what
// it did, and after it nothing that may have changed something.
func tapeOfUnanswered(v Vendor) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	t.Behave(HangsUp)
	var changes []integrations.Exchange
	for _, e := range recorded(t.Write) {
		if e.Change {
			changes = append(changes, e)
		}
	}
	if len(changes) != 1 || changes[0].Fail != integrations.NoAnswer || changes[0].Answer != "" {
		return fmt.Errorf("the write is on the tape as %+v", changes)
	}
	return nil
}
