package integrations

import (
	"fmt"
	"io"
)

// Secret is a credential. However it is printed, logged or encoded it shows
// dots; only Reveal gives it out, at the one place that puts it on a wire.
type Secret string

const dots = "••••••"

// Reveal returns the credential itself.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) String() string               { return dots }
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }

// Format covers every verb: fmt prints the bare value for a verb that does not
// fit the type, past String.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, dots) }
