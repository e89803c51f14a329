package integrations_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// A page whose answer is past the limit is asked for smaller, and smaller ones follow it. What
// fails for another reason is not asked for again.
func TestPagesThatAreTooLarge(t *testing.T) {
	const row = 30 << 10 // 34 of them are an answer
	var asked []int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("x", row*asked[len(asked)-1])))
	}))
	t.Cleanup(s.Close)
	client := integrations.NewClient(integrations.ClientOptions{})
	get := func(size int) error {
		asked = append(asked, size)
		if _, err := client.R().SetContext(t.Context()).Get(s.URL); err != nil {
			return integrations.Failure("toy", "List", err)
		}
		return nil
	}
	sizes := integrations.Halves(100)
	require.NoError(t, sizes.Ask(get))
	require.NoError(t, sizes.Ask(get))
	require.Equal(t, []int{100, 50, 25, 25}, asked)

	given := integrations.PageSizes{100, 50}
	err := given.Ask(get)
	require.Equal(t, integrations.Garbled, integrations.KindOf(err), "there is no smaller one")

	broken := errors.New("broken")
	asked = nil
	for range 2 {
		require.ErrorIs(t, sizes.Ask(func(size int) error { asked = append(asked, size); return broken }), broken)
	}
	require.Equal(t, []int{25, 25}, asked)
	require.Equal(t, integrations.PageSizes{1000, 500, 250, 125, 62, 31, 15, 7, 3}, integrations.Halves(1000))
}
