package commands

import (
	"errors"

	"quell/commands/words"
	"quell/integrations"
)

// Trouble is the sentence for a system that failed: the vendor's own trouble if it has a
// sentence, else that of its kind.
func Trouble(err error, target string) words.Message {
	v := words.V{"target": words.Code(target)}
	e, ok := errors.AsType[*integrations.Error](err)
	if !ok {
		return words.New("vendor.internal", v)
	}
	if e.Code != "" {
		v["code"] = words.Code(e.Code)
	}
	if e.Hint != "" {
		return words.New(e.Hint, v)
	}
	return words.New("vendor."+string(e.Kind), v)
}
