package display_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/display"
	"quell/bot/store"
	"quell/commands/words"
)

// folderOf tells a copy of this program to be the one that is killed.
const folderOf = "QUELL_TEST_OUTBOX_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(folderOf); dir != "" {
		fmt.Fprintln(os.Stderr, sendAndHang(context.Background(), dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// mute posts and never hears an answer.
type mute struct{}

func (mute) Announce(_ context.Context, s store.Saying) (store.Card, error) {
	fmt.Println(s.Message.ID)
	select {}
}

func sendAndHang(ctx context.Context, dir string) error {
	db, err := store.Open(ctx, dir)
	if err != nil {
		return err
	}
	o := display.Outbox{Store: db, Chat: mute{}, Now: func() time.Time { return start }, Log: slog.New(slog.DiscardHandler)}
	o.Send(ctx)
	return nil
}

// A program that is killed after it posted and before it knew: what may be repeated is
// said again, all else is lost aloud.
func TestKilledBetweenPostAndWord(t *testing.T) {
	dir := t.TempDir()
	write(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), folderOf+"="+dir), os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var posted []string
	in := bufio.NewScanner(out)
	for len(posted) < 2 && in.Scan() {
		posted = append(posted, in.Text())
	}
	require.ElementsMatch(t, []string{"freeze", "alone"}, posted)
	require.NoError(t, cmd.Process.Kill()) // SIGKILL
	require.ErrorContains(t, cmd.Wait(), "signal: killed")

	db, err := store.Open(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	f := setOn(t, db)
	f.sends(29 * time.Second)
	f.sends(30*time.Second, "C1 next", "C2 alone")
	f.sends(time.Hour)
	require.ElementsMatch(t, []string{"next", "alone"}, f.told)
	require.Contains(t, f.fate("freeze").Why, "nobody knows")
	require.Contains(t, f.log.String(), "level=ERROR msg=\"given up: people were not told, or it is not known\" key=freeze")
}

func write(t *testing.T, dir string) {
	t.Helper()
	db, err := store.Open(t.Context(), dir)
	require.NoError(t, err)
	f := setOn(t, db)
	f.write("C1", "freeze", "next")
	f.store(store.Saying{Key: "alone", Place: "C2", Message: words.New("alone"), Until: start.Add(2 * time.Hour), Repeat: true})
	require.NoError(t, db.Close())
}
