package vendortest

import (
	"errors"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func secretChecks(v Vendor) []check[Vendor] {
	var all []check[Vendor]
	for _, word := range slices.Sorted(maps.Keys(v.Refusals)) {
		all = append(all, check[Vendor]{"a server that repeats what it was sent, with " + word,
			func(v Vendor) error { return repeated(v, word, true) }})
	}
	if !v.Worded {
		return all
	}
	for i, secret := range v.Secrets {
		all = append(all, check[Vendor]{fmt.Sprintf("a server whose refusal is secret %d", i),
			func(v Vendor) error { return repeated(v, secret, false) }})
	}
	return all
}

// leak says which secret is in text.
func (v Vendor) leak(where, text string) error {
	for i, secret := range v.Secrets {
		if strings.Contains(text, secret) {
			return fmt.Errorf("%s: secret %d is in it", where, i)
		}
	}
	return nil
}

// repeated plays the server, or the gateway before it, that puts what it was sent into
// the words of its refusal, or a part of that in the place of the word for it.
func repeated(v Vendor, word string, all bool) error {
	t, err := try(v, integrations.ClientOptions{})
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	ctx, tape := integrations.WithTape(ctx)
	t.Refuse(word, all)
	for _, err := range []error{t.Read(ctx), t.Write(ctx)} {
		if err == nil {
			return errors.New("no error after a refusal")
		}
		if err := v.leak("error", fmt.Sprintf("%v %+v %#v", err, err, err)); err != nil {
			return err
		}
	}
	return v.leak("tape", fmt.Sprintf("%+v", tape.Take()))
}

// capture takes over standard error and the standard log until the test ends,
// and returns what was printed.
func capture(t *testing.T) func() string {
	path := filepath.Join(t.TempDir(), "stderr")
	file, err := os.Create(path)
	require.NoError(t, err)
	stderr, output := os.Stderr, log.Writer()
	os.Stderr = file
	log.SetOutput(file)
	t.Cleanup(func() {
		os.Stderr = stderr
		log.SetOutput(output)
		_ = file.Close()
	})
	return func() string {
		printed, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(printed)
	}
}
