// Command playground builds the playground (package stage beside it) and runs it.
//
//	go run ./cmd/playground
//	go run ./cmd/playground -redis 127.0.0.1:6379
//
// The playground is the whole of Quell, which Go compiles in silence for a minute before it can say
// a word. So this program imports nothing: it is there in seconds, and tells how far the rest is. All
// flags are those of package stage.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// stage is the package that plays.
const stage = "quell/cmd/playground/stage"

func main() {
	code, err := run(os.Args[1:], os.Stderr)
	if err != nil {
		fmt.Fprintf(os.Stderr, "playground: %v\n", err)
	}
	os.Exit(code)
}

// run builds the playground, runs it, and returns its exit status. It leaves nothing behind.
func run(args []string, tell io.Writer) (code int, err error) {
	dir, err := os.MkdirTemp("", "quell-build-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt, syscall.SIGTERM) // the playground ends first
	binary := filepath.Join(dir, "playground")
	if err := build(binary, tell); err != nil {
		return 1, err
	}
	select {
	case <-stopped: // meanwhile
		return 1, nil
	default:
	}
	return play(exec.Command(binary, args...), stopped)
}

// play runs the playground, and passes on what is to end it. From a terminal it is interrupted itself
// as well, which means the same once more.
func play(c *exec.Cmd, stopped <-chan os.Signal) (code int, err error) {
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		return 1, err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case s := <-stopped:
			_ = c.Process.Signal(s)
		case err := <-ended:
			if _, exited := errors.AsType[*exec.ExitError](err); exited {
				return max(c.ProcessState.ExitCode(), 1), nil // it has said why
			}
			return 0, err
		}
	}
}

// build compiles what is not compiled yet.
func build(binary string, tell io.Writer) error {
	all, err := packages(tell)
	if err != nil {
		return err
	}
	c := exec.Command("go", "build", "-v", "-o", binary, stage)
	said, err := c.StderrPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	watch(said, all, time.Now, tell)
	if err := c.Wait(); err != nil {
		return fmt.Errorf("it could not be built: go build: %w", err)
	}
	return nil
}

// packages counts the packages that make the playground, and has Go fetch the modules that it lacks:
// Go says itself what it downloads.
func packages(tell io.Writer) (int, error) {
	c := exec.Command("go", "list", "-deps", stage)
	c.Stderr = tell
	out, err := c.Output()
	if err != nil {
		return 0, fmt.Errorf("start it within Quell's own folder, with Go: go list: %w", err)
	}
	return strings.Count(string(out), "\n"), nil
}

// tellEvery is how often it is told how far a build is.
const tellEvery = 5 * time.Second

// watch tells how far a build is that names each package as it compiles it (go build -v), of so
// many at most. A build that compiles little is over in a moment, and nothing is told of it. What
// is no package's name is a mistake of the compiler's, and told as it is.
func watch(said io.Reader, all int, now func() time.Time, tell io.Writer) {
	const few = 30
	done, last := 0, now()
	for lines := bufio.NewScanner(said); lines.Scan(); {
		name := lines.Text()
		if strings.ContainsAny(name, " :") {
			fmt.Fprintln(tell, name)
			continue
		}
		done++
		switch {
		case done == few:
			fmt.Fprintf(tell, "The first start compiles Quell, %d packages: about a minute on two cores. The next start takes seconds.\n", all)
			last = now()
		case done > few && now().Sub(last) >= tellEvery:
			fmt.Fprintf(tell, "  %d of %d: %s\n", done, all, name)
			last = now()
		}
	}
}
