package vendortest

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quell/integrations"
)

func secretChecks() []check {
	var all []check
	for _, status := range []int{400, 401, 403, 404, 429, 500} {
		all = append(all, check{fmt.Sprintf("a server that repeats what it was sent, with %d", status),
			func(v Vendor) error { return repeated(v, status) }})
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		all = append(all, check{fmt.Sprintf("redirected with %d", status),
			func(v Vendor) error { return redirected(v, status) }})
	}
	return all
}

// leak says which secret is in text.
func leak(v Vendor, where, text string) error {
	for i, secret := range v.Secrets {
		if strings.Contains(text, secret) {
			return fmt.Errorf("%s: secret %d is in it", where, i)
		}
	}
	return nil
}

// repeated plays the gateway that puts the request into its error message.
func repeated(v Vendor, status int) error {
	t, err := try(v, func(w http.ResponseWriter, r *http.Request) {
		var sent strings.Builder
		_ = r.Header.Write(&sent)
		body, _ := io.ReadAll(r.Body)
		message := strings.NewReplacer("\r", " ", "\n", " ", `"`, "'").Replace(sent.String() + string(body))
		respond(status, "application/json", v.Refusal(status, message))(w, r)
	})
	if err != nil {
		return err
	}
	defer t.close()
	ctx, cancel := background()
	defer cancel()
	for _, err := range []error{t.Read(ctx), t.Write(ctx)} {
		if err == nil {
			return fmt.Errorf("no error after %d", status)
		}
		if err := leak(v, "error", fmt.Sprintf("%v %+v %#v", err, err, err)); err != nil {
			return err
		}
		if strings.Contains(err.Error(), "Authorization") {
			return fmt.Errorf("the error repeats a header: %v", err)
		}
	}
	return nil
}

// redirected points to another host, which must hear nothing.
func redirected(v Vendor, status int) error {
	heard := make(chan string, 100)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		heard <- r.Method + " " + r.URL.Path
	}))
	defer elsewhere.Close()
	if err := answered(v, redirect(status, elsewhere.URL+"/elsewhere"), integrations.Garbled); err != nil {
		return err
	}
	if len(heard) > 0 {
		return fmt.Errorf("the redirect was followed: %s", <-heard)
	}
	return nil
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

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
