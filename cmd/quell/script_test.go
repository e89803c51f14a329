package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"quell/bot/audit"
	"quell/bot/slacksim"
	"quell/bot/store"
	"quell/cmd/wiring"
	"quell/integrations/sim"
)

// atOnce is how many stories run beside each other: each mostly waits.
const atOnce = "8"

// TestMain lets scripts run this binary as quell, with the seams that only a
// test may have.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", atOnce) // -parallel goes before it
	// Where a limit on the size of files plays a full disk, the write fails and
	// no signal comes: a full disk sends none.
	signal.Ignore(syscall.SIGXFSZ)
	testscript.Main(touring{m}, map[string]func(){
		"quell": func() { os.Exit(Main(testSeams())) },
	})
}

// TestScripts plays whole stories with the real program, a Slack workspace and
// a vendor. The commands that a script may use are the keys below.
func TestScripts(t *testing.T) {
	play(t, "testdata/script", setup)
}

// play runs the scripts of a folder, each in a world of its own.
func play(t *testing.T, dir string, setup func(*testscript.Env) error) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Setup:               setup,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":    command((*world).serve),
			"quit":     command((*world).quit),
			"kill9":    command((*world).kill9),
			"hup":      command((*world).hup),
			"died":     command((*world).died),
			"crash":    command((*world).crash),
			"clock":    command((*world).clock),
			"slack":    command((*world).slack),
			"phone":    command((*world).phone),
			"click":    command((*world).click),
			"form":     command((*world).form),
			"asks":     judged((*world).asks),
			"told":     command((*world).told),
			"picks":    command((*world).picks),
			"offers":   command((*world).offers),
			"first":    command((*world).first),
			"systems":  command((*world).systemsMenu),
			"many":     command((*world).many),
			"chooses":  command((*world).chooses),
			"rereads":  command((*world).rereads),
			"acts":     command((*world).acts),
			"weighs":   command((*world).weighs),
			"shortcut": command((*world).shortcut),

			"chooses-channel": command((*world).choosesChannel),
			"sends":           command((*world).sends),
			"forge":           command((*world).forge),
			"envelope":        command((*world).envelope),
			"said":            command((*world).said),
			"fault":           command((*world).fault),
			"channel":         command((*world).channel),
			"mend":            command((*world).mend),
			"tokens":          command((*world).tokens),
			"sees":            judged((*world).sees),
			"later":           command((*world).later),
			"alone":           judged((*world).alone),
			"notice":          command((*world).notice),
			"connected":       command((*world).connected),
			"vendor":          command((*world).vendor),
			"answers":         command((*world).answers),
			"has":             judged((*world).has),
			"calls":           command((*world).calls),
			"system":          command((*world).system),
			"writes":          command((*world).writes),
			"requests":        command((*world).requests),
			"logins":          command((*world).logins),
			"redis":           command((*world).redis),
			"peers":           command((*world).peers),
			"case":            command((*world).newestCase),
			"sql":             command((*world).sql),
			"store":           command((*world).store),
			"record":          command((*world).record),
			"disk":            command((*world).disk),
			"logs":            command((*world).logs),
			"unmark":          command((*world).unmark),
			"entries":         command((*world).entries),
			"over":            command((*world).over),
			"untouched":       command((*world).untouched),
			"waiting":         command((*world).waiting),
			"drawn":           command((*world).drawn),
			"spoken":          command((*world).spoken),
			"once":            command((*world).once),
			"shows":           command((*world).shows),
			"made":            command((*world).made),
			"athome":          judged((*world).athome),
			"home":            judged((*world).home),
			"list":            judged((*world).list),
			"press":           command((*world).press),
			"close":           command((*world).closeView),
			"rings":           command((*world).rings),
			"silent":          command((*world).silent),
		},
	})
}

// patience bounds every wait of a script.
const patience = 30 * time.Second

// world is everything around the program in one script.
type world struct {
	ts        *testscript.TestScript
	workspace *slacksim.Workspace
	cache     *sim.DCS
	systems   map[string]system           // by target; only for scripts about all five
	answering map[string]*answers         // by target
	offset    *atomic.Int64               // how far the clock is ahead, or behind
	read      map[string]bool             // by ts: what "alone" has found
	picked    map[string][]map[string]any // by person: what they picked in the form before them
	crashAt   string
	child     *exec.Cmd
	ended     chan struct{}
	log       *record
	sent      *sent             // to Slack
	broken    []string          // how to undo what "store" has broken
	logged    int               // how far "logs" has found what it looked for
	noted     map[string]int    // calls of Slack's methods that "made" noted
	rung      map[string][]bool // by person: which of their pushes "rings" has met
}

type worldKey struct{}

// setup builds the world of one script and writes the files that the script
// does not bring itself.
func setup(env *testscript.Env) error {
	w := &world{
		offset: &atomic.Int64{}, read: map[string]bool{}, picked: map[string][]map[string]any{}, answering: map[string]*answers{},
		noted: map[string]int{}, rung: map[string][]bool{}, log: &record{}, sent: &sent{},
	}
	if err := w.setClock(filepath.Join(env.WorkDir, ".clock")); err != nil {
		return err
	}
	acme, cache := slacksim.Acme(), sim.CacheProd()
	acme.AckWithin = 15 * time.Second     // Slack waits as long as the machine is busy
	acme.SlowBy = 3100 * time.Millisecond // longer than a trigger_id lives, and shorter than a look-up may take
	acme.RateFactor, acme.Record = rateFactor, w.sent.keep
	prefix, err := install(&acme, env.WorkDir)
	if err != nil {
		return err
	}
	acme.Channels = append(acme.Channels, slacksim.Channel{ID: "C0ELSEWHERE", Name: "elsewhere", Members: []string{"U0ANNA"}, WithoutApp: true})
	acme.Channels = append(acme.Channels, slacksim.Channel{ID: "C0HIDDEN", Name: "hidden", Members: []string{"U0ANNA"}, Private: true, WithoutApp: true})
	acme.Channels = append(acme.Channels, slacksim.Channel{ID: "D0THEIRS", Name: "directmessage", Members: []string{"U0ANNA", "U0BEN"}, Direct: true})
	acme.Channels = append(acme.Channels, slacksim.Channel{ID: "C0LUNCH", Name: "lunch", Members: []string{"U0ANNA", "U0BEN"}})
	acme.Channels = append(acme.Channels, slacksim.Channel{ID: "C0SEC", Name: "security", Members: []string{"U0ANNA", "U0BEN", "U0CHO"}})
	acme.Channels = append(acme.Channels, slacksim.Channel{ID: "C0QUIET", Name: "quiet", Members: []string{"U0ANNA"}, Private: true})
	acme.People = append(acme.People, slacksim.Person{ID: "U0ROB", Name: "rob", Kind: slacksim.Bot}, slacksim.Person{ID: "U0GHOST", Name: "ghost", Kind: slacksim.Hidden})
	acme.Groups = append(acme.Groups, slacksim.Group{ID: "S0OLD", Handle: "old", Name: "Disabled", Disabled: 1_772_000_000, Users: []string{"U0BEN"}}, slacksim.Group{ID: "S0NOBODY", Handle: "nobody", Name: "Empty"})
	acme.Channels[0].Members = append(acme.Channels[0].Members, "U0DAN", "U0ROB")
	onGrid(env.WorkDir, &acme)
	acme.Now, cache.Now, cache.ScanTime = w.now, w.now, 50*time.Millisecond
	w.workspace, w.cache = slacksim.New(acme), sim.NewDCS(cache)
	env.Defer(w.workspace.Close)
	env.Defer(w.cache.Close)
	env.Defer(func() {
		w.end()
		if err := w.leave(filepath.Base(env.WorkDir)); err != nil {
			env.T().Fatal(err)
		}
		if c := w.workspace.Complaints(); c != nil {
			env.T().Fatal("the bot did what Slack lets pass in silence: ", c)
		}
		if s := w.blabbed(); s != nil {
			env.T().Fatal("secrets in the log: ", s)
		}
	})
	slack, err := listen(env, w.workspace.Handler())
	if err != nil {
		return err
	}
	vendor, err := listen(env, w.answersOf("cache-prod", w.cache))
	if err != nil {
		return err
	}
	env.Vars = append(env.Vars,
		"SLACK_APP_TOKEN="+acme.AppToken, "SLACK_BOT_TOKEN="+acme.BotToken, "SLACK_API_URL="+slack+"/api/",
		"CACHE_ACCESS_KEY="+cache.AccessKey, "CACHE_SECRET_KEY="+cache.SecretKey, "VENDOR="+vendor,
		"QUELL_CONFIG="+filepath.Join(env.WorkDir, "quell.yaml"), "QUELL_POLICY="+filepath.Join(env.WorkDir, "policy.yaml"),
		"QUELL_DATABASE_URL=sqlite:"+filepath.Join(env.WorkDir, "data"), "QUELL_COMMAND_PREFIX="+prefix,
		seamClock+"="+filepath.Join(env.WorkDir, ".clock"), seamTour+"="+os.Getenv(seamTour),
		// what a script cannot hold readably
		"BELL=\a", "ZEROWIDTH=\u200b", "BACKWARDS=\u202e", "LONG="+strings.Repeat("x", 500),
	)
	env.Values[worldKey{}] = w
	others, _ := filepath.Glob(filepath.Join(env.WorkDir, "*.yaml")) // the pattern is well formed
	for _, name := range append([]string{"quell.yaml", "policy.yaml"}, others...) {
		if err := provide(env.WorkDir, filepath.Base(name), vendor); err != nil {
			return err
		}
	}
	return nil
}

// install makes the workspace's app from the manifest, with the prefix that the script's file
// "prefix" asks for.
func install(c *slacksim.Config, dir string) (prefix string, err error) {
	data, err := os.ReadFile(filepath.Join(dir, "prefix"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	prefix = strings.TrimSpace(string(data))
	m, err := wiring.Manifest(prefix, "")
	c.Commands = nil
	for _, has := range m.Features.Commands {
		c.Commands = append(c.Commands, slacksim.Command{Command: has.Command, Description: has.Description, UsageHint: has.UsageHint, ShouldEscape: has.Escape})
	}
	for _, has := range m.Features.Shortcuts {
		c.Shortcuts = append(c.Shortcuts, slacksim.Shortcut{Name: has.Name, Type: has.Type, CallbackID: has.Callback, Description: has.Description})
	}
	c.NoHomeTab, c.NoMessagesTab, c.MessagesReadOnly = !m.Features.Home.Home, !m.Features.Home.Messages, m.Features.Home.ReadOnly
	c.Scopes, c.Events = m.OAuth.Scopes.Bot, m.Settings.Events.Bot
	return prefix, err
}

// setClock takes over how far ahead a clock is set already.
func (w *world) setClock(file string) error {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	ahead, err := strconv.ParseInt(string(data), 10, 64)
	w.offset.Store(ahead)
	return err
}

// now is everybody's clock.
func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.offset.Load())) }

// provide puts a configuration file in place: the script's own, or the default. It says where the
// vendor is, and a day that it is not now.
func provide(dir, name, vendor string) error {
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		data, err = os.ReadFile(filepath.Join("testdata", name))
	}
	if err != nil {
		return err
	}
	data = bytes.ReplaceAll(data, []byte("$VENDOR"), []byte(vendor))
	return os.WriteFile(path, bytes.ReplaceAll(data, []byte("$ANOTHERDAY"), []byte(anotherDay())), 0o600)
}

// anotherDay is a day of the week as a policy names it, which it is not soon.
func anotherDay() string {
	return strings.ToLower(time.Now().UTC().AddDate(0, 0, 4).Weekday().String()[:3])
}

func listen(env *testscript.Env, h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }()
	env.Defer(func() { _ = s.Close() })
	return "http://" + l.Addr().String(), nil
}

// command makes a script command of a method that returns an error.
func command(f func(*world, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg {
			ts.Fatalf("this command takes no !")
		}
		w := worldOf(ts)
		ts.Check(f(w, args))
	}
}

// judged makes a script command of a method that also serves with "!".
func judged(f func(*world, bool, []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		w := worldOf(ts)
		ts.Check(f(w, neg, args))
	}
}

func worldOf(ts *testscript.TestScript) *world {
	w := ts.Value(worldKey{}).(*world)
	w.ts = ts
	return w
}

// serve starts the program and waits until it has a socket.
func (w *world) serve([]string) error {
	if w.child != nil {
		return fmt.Errorf("it serves already")
	}
	exe, err := exec.LookPath("quell")
	if err != nil {
		return err
	}
	w.child = exec.Command(exe, "serve")
	w.child.Dir = w.ts.Getenv("WORK")
	for _, name := range []string{
		"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN_FILE", "SLACK_BOT_TOKEN_FILE", "SLACK_API_URL", "CACHE_ACCESS_KEY", "CACHE_SECRET_KEY",
		"API_KEY", "READ_KEY", "PASSWORD",
		"QUELL_CONFIG", "QUELL_POLICY", "QUELL_DATABASE_URL", "QUELL_AUDIT_CHANNEL", "QUELL_COMMAND_PREFIX", "QUELL_LOCALE",
		"QUELL_LISTEN", "QUELL_PERSON_BURST", "QUELL_PERSON_RATE", "QUELL_PERSON_CASES", "QUELL_OTHER_SOCKETS", seamClock, seamLooks,
	} {
		w.child.Env = append(w.child.Env, name+"="+w.ts.Getenv(name))
	}
	w.child.Env = append(w.child.Env, seamCrash+"="+w.crashAt, seamTour+"="+os.Getenv(seamTour))
	w.child.Stderr, w.child.Stdout = w.log, w.log
	if err := w.child.Start(); err != nil {
		return err
	}
	w.ended = make(chan struct{})
	go func(c *exec.Cmd, ended chan struct{}) { _ = c.Wait(); close(ended) }(w.child, w.ended)
	_, err = w.wait("U0ANNA", func(s slacksim.State) bool { return s.App.Connected })
	return err
}

// quit asks the program to end and waits for it.
func (w *world) quit([]string) error { return w.signal(syscall.SIGTERM) }

// kill9 ends the program at once, wherever it is.
func (w *world) kill9([]string) error { return w.signal(syscall.SIGKILL) }

// unmark makes txtar files of such as stand in one: their parts begin with "=-".
func (w *world) unmark(names []string) error {
	for _, name := range names {
		path := w.ts.MkAbs(name)
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, bytes.ReplaceAll(data, []byte("=- "), []byte("-- ")), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// hup asks the program to read its policy anew.
func (w *world) hup([]string) error { return w.child.Process.Signal(syscall.SIGHUP) }

func (w *world) signal(sig syscall.Signal) error {
	if w.child == nil {
		return fmt.Errorf("it does not serve")
	}
	if err := w.child.Process.Signal(sig); err != nil {
		return err
	}
	return w.died(nil)
}

// died waits until the program has ended.
func (w *world) died([]string) error {
	select {
	case <-w.ended:
		w.child, w.crashAt = nil, ""
		// What is said before Slack notices would go to a socket that nobody reads.
		_, err := w.wait("U0ANNA", func(s slacksim.State) bool { return !s.App.Connected })
		return err
	case <-time.After(patience):
		return fmt.Errorf("it still serves")
	}
}

// end is the last word: nothing outlives the script.
func (w *world) end() {
	if w.child != nil {
		_ = w.child.Process.Kill()
		<-w.ended
	}
}

// crash makes the next serve kill itself: "crash before claim", "crash after claim".
func (w *world) crash(args []string) error {
	w.crashAt = strings.Join(args, " ")
	return nil
}

// clock puts everybody's clock ahead: "clock +20m".
func (w *world) clock(args []string) error {
	d, err := time.ParseDuration(strings.TrimPrefix(args[0], "+"))
	if err != nil {
		return err
	}
	return putAhead(w.ts.Getenv(seamClock), w.offset.Add(int64(d)))
}

// putAhead sets the clock of a program. It reads either what stood there or what is new: a
// file that is half written would put it back.
func putAhead(file string, ahead int64) error {
	if err := os.WriteFile(file+".new", []byte(strconv.FormatInt(ahead, 10)), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

const channel = "C0INCCHECKOUT"

// slack types text: "slack anna /kill-session cache-prod …". A person "ben@C0PARTNERS"
// speaks in that channel.
func (w *world) slack(args []string) error {
	who, where := at(args[0])
	return w.workspace.As(who).Say(where, strings.Join(args[1:], " "))
}

// phone types text as a phone writes it.
func (w *world) phone(args []string) error {
	who, where := at(args[0])
	return w.workspace.As(who).SayFromPhone(where, strings.Join(args[1:], " "))
}

func at(person string) (id, where string) {
	name, where, elsewhere := strings.Cut(person, "@")
	if !elsewhere {
		where = channel
	}
	return "U0" + strings.ToUpper(name), where
}

// once holds that exactly one message of a place says all of the words by now: "once ben
// 'is frozen'".
func (w *world) once(args []string) error {
	who, where := at(args[0])
	n := 0
	for _, m := range w.workspace.As(who).State().Messages {
		if m.Channel == where && hasAll(m.Words(), args[1:]) {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("%d messages say %q", n, args[1:])
	}
	return nil
}

// click presses a button of the newest message that has it, and all of the words:
// "click ben approve", "click ben approve 'Why: leaks'".
func (w *world) click(args []string) error {
	who, where := at(args[0])
	s, err := w.wait(who, func(s slacksim.State) bool { _, ok := newest(s, where, args[1], args[2:]); return ok })
	if err != nil {
		return err
	}
	m, _ := newest(s, where, args[1], args[2:])
	return w.workspace.As(who).Click(where, m.TS, args[1])
}

// form fills in the one field of the form that a person has before them, and
// sends it: "form ben why 'not now'". With no text the form is sent empty.
func (w *world) form(args []string) error {
	who, _ := at(args[0])
	s, err := w.wait(who, func(s slacksim.State) bool { return s.Modal != nil })
	if err != nil {
		return err
	}
	return w.workspace.As(who).Submit(s.Modal.ID, slacksim.Values{args[1]: {args[1]: {"value": strings.Join(args[2:], " ")}}})
}

// forge sends what no client does: "forge rob /kill-session …" types for whoever
// has no client, "forge ben approve VALUE" presses a button with that value,
// which nobody's screen need show.
func (w *world) forge(args []string) error {
	who, where := at(args[0])
	kind, fields := "slash_commands", map[string]any{"command": args[1], "text": strings.Join(args[2:], " ")}
	if !strings.HasPrefix(args[1], "/") {
		kind, fields = "interactive", map[string]any{"actions": []any{
			map[string]any{"type": "button", "action_id": args[1], "block_id": "forged", "value": strings.Join(args[2:], " ")},
		}}
	}
	return w.workspace.As(who).Forge(where, kind, fields)
}

// envelope sends one that no client makes, with fields in JSON over those of a client: "envelope
// ben slash_commands '{"text": 5}'". FORM in it stands for the newest form that is stored.
func (w *world) envelope(args []string) error {
	who, where := at(args[0])
	form := ""
	if strings.Contains(args[2], "FORM") {
		if err := w.ask(`SELECT id FROM forms WHERE id NOT LIKE '% %' ORDER BY until_us DESC`, &form); err != nil {
			return err
		}
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(args[2], "FORM", form)), &fields); err != nil {
		return err
	}
	return w.workspace.As(who).Forge(where, args[1], fields)
}

// said waits until the program has said a sentence, by its id, where no screen shows it: in an
// answer to what no client sends.
func (w *world) said(args []string) error {
	file := filepath.Join(os.Getenv(seamTour), fmt.Sprintf("%d.said", w.child.Process.Pid))
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(patience); time.Now().Before(until); <-tick.C {
		if data, _ := os.ReadFile(file); slices.Contains(strings.Split(string(data), "\n"), args[0]) {
			return nil
		}
	}
	return fmt.Errorf("it has not said %s", args[0])
}

// ask reads one value from the database.
func (w *world) ask(query string, value any) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.ts.Getenv("WORK"), "data", store.File)+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	return errors.Join(db.QueryRow(query).Scan(value), db.Close())
}

// fault makes the next thing of a kind go wrong at Slack: "fault chat.postMessage
// does it and breaks off".
func (w *world) fault(args []string) error {
	return w.workspace.FailNext(args[0], 1, slacksim.Named(strings.Join(args[1:], " ")))
}

// mend ends what Slack's faults have begun.
func (w *world) mend([]string) error {
	w.workspace.ClearFaults()
	return nil
}

// tokens makes other tokens the right ones: "tokens xapp-… xoxb-…".
func (w *world) tokens(args []string) error {
	w.workspace.ReplaceTokens(args[0], args[1])
	return nil
}

func newest(s slacksim.State, where, action string, words []string) (found slacksim.Message, ok bool) {
	for _, m := range s.In(where) {
		for _, b := range m.Buttons() {
			if b.ActionID == action && hasAll(m.Words(), words) {
				found, ok = m, true
			}
		}
	}
	return found, ok
}

// sees waits until a person sees a message with all of the words: "sees ben 'Gone:' 'cache-prod'".
// With "!" it asserts that nobody's screen has it now.
func (w *world) sees(neg bool, args []string) error {
	return w.reads(neg, args, func(m slacksim.Message) bool { return !m.Ephemeral })
}

// later puts the clock ahead by a step, again and again, until a person sees a message with all of
// the words: what is done then may only be due once something else is stored. "later ben +11s
// 'Gone:'".
func (w *world) later(args []string) (err error) {
	for range 2 * patience / time.Second {
		if err = w.clock(args[1:2]); err != nil {
			return err
		}
		if err = w.readsWithin(time.Second/2, args[0], args[2:], func(m slacksim.Message) bool { return !m.Ephemeral }); err == nil {
			return nil
		}
	}
	return err
}

// alone is sees for messages that only that person can see. Each of them serves
// once, so that an old answer is not taken for a new one. What is said to one
// person must not be said to everybody as well.
func (w *world) alone(neg bool, args []string) error {
	err := w.reads(neg, args, func(m slacksim.Message) bool { return m.Ephemeral && (neg || !w.read[m.TS]) })
	if neg || err != nil {
		return err
	}
	return w.sees(true, args)
}

// notice waits until Slack itself tells a person something.
func (w *world) notice(args []string) error {
	who, _ := at(args[0])
	_, err := w.wait(who, func(s slacksim.State) bool {
		return slices.ContainsFunc(s.Notices, func(n slacksim.Notice) bool { return hasAll(n.Text, args[1:]) })
	})
	return err
}

// channel turns on, or off after "no", what a channel is: "channel C0SEC archived".
func (w *world) channel(args []string) error {
	on := args[1] != "no"
	return w.workspace.Switch(args[0], args[len(args)-1], on)
}

func (w *world) reads(neg bool, args []string, kind func(slacksim.Message) bool) error {
	if !neg {
		return w.readsWithin(patience, args[0], args[1:], kind)
	}
	who, where := at(args[0])
	if _, there := message(w.workspace.As(who).State(), where, args[1:], kind); there {
		return fmt.Errorf("%s sees it:\n%s", who, w.workspace.As(who).State())
	}
	return nil
}

func (w *world) readsWithin(d time.Duration, person string, said []string, kind func(slacksim.Message) bool) error {
	who, where := at(person)
	var found slacksim.Message
	_, err := w.waitWithin(d, who, func(s slacksim.State) (there bool) {
		found, there = message(s, where, said, kind)
		return there
	})
	w.read[found.TS] = true
	return err
}

// message is the first one of a kind with all of the words.
func message(s slacksim.State, where string, said []string, kind func(slacksim.Message) bool) (slacksim.Message, bool) {
	for _, m := range s.In(where) {
		if kind(m) && hasAll(m.Words(), said) {
			return m, true
		}
	}
	return slacksim.Message{}, false
}

// hasAll looks for words in a message as a person reads it, without the markup.
func hasAll(text string, words []string) bool {
	text = regexp.MustCompile("<@U0([A-Z]+)>").ReplaceAllStringFunc(text, strings.ToLower)
	text = strings.NewReplacer("<@u0", "@", "`", "", "*", "", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

func (w *world) wait(who string, ok func(slacksim.State) bool) (slacksim.State, error) {
	return w.waitWithin(patience, who, ok)
}

func (w *world) waitWithin(d time.Duration, who string, ok func(slacksim.State) bool) (slacksim.State, error) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	s, err := w.workspace.As(who).Wait(ctx, ok)
	if err != nil {
		err = fmt.Errorf("%w\nthe program's log:\n%s", err, w.log)
	}
	return s, err
}

// vendor sets what goes wrong: "vendor mood respawns", "vendor next HangUpClients throttled",
// and who comes and goes: "vendor ends 10.0.0.9:1", "vendor connects 10.0.0.9:1 name user",
// "vendor standby 10.0.0.9:1 name" on the other node, "vendor crowd 300".
func (w *world) vendor(args []string) error {
	switch args[0] {
	case "mood":
		w.cache.SetMood(sim.Fault(strings.Join(args[1:], " ")))
	case "next":
		w.cache.FailNext(sim.Op(args[1]), sim.Fault(strings.Join(args[2:], " ")))
	case "each":
		w.cache.SetMoodOf(sim.Op(args[1]), sim.Fault(strings.Join(args[2:], " ")))
	case "ends":
		if !w.cache.EndSession(args[1]) {
			return fmt.Errorf("there is no session %s", args[1])
		}
	case "connects":
		w.cache.AddSession(sim.Session{Peer: args[1], Name: args[2], User: strings.Join(args[3:], " ")})
	case "beats": // does something every five minutes, next in four
		w.cache.AddSession(sim.Session{Peer: args[1], Name: args[2], Age: time.Hour, Idle: time.Minute, Every: 5 * time.Minute})
	case "standby":
		w.cache.AddSession(sim.Session{Node: sim.CacheProd().Nodes[1].ID, Peer: args[1], Name: args[2]})
	case "crowd":
		n, err := strconv.Atoi(args[1])
		for i := range n {
			w.cache.AddSession(sim.Session{Peer: fmt.Sprintf("10.7.%d.%d:4000", i/250, i%250), Name: fmt.Sprintf("crowd-%d", i)})
		}
		return err
	default:
		return fmt.Errorf("vendor mood|next|each|ends|connects|beats|standby|crowd")
	}
	return nil
}

// has asserts that the vendor has a live session, or with "!" that it has not.
func (w *world) has(neg bool, args []string) error {
	for _, s := range w.cache.Sessions() {
		if s.Peer == args[0] {
			if neg {
				return fmt.Errorf("%s is alive", args[0])
			}
			return nil
		}
	}
	if !neg {
		return fmt.Errorf("%s is not there", args[0])
	}
	return nil
}

// calls waits until so many kill requests have reached the vendor, and asserts
// that there were no more.
func (w *world) calls(args []string) error {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.cache.Wait(ctx, func(s *sim.State) bool { return s.Kills >= want }); err != nil {
		return fmt.Errorf("%d kill calls came: %w", w.cache.Kills(), err)
	}
	if got := w.cache.Kills(); got != want {
		return fmt.Errorf("%d kill calls came, not %d", got, want)
	}
	return nil
}

// newestCase puts the id of the newest card's case into $CASE, and into $FINGERPRINT what
// its buttons carry, if it has any. "case stored" takes the newest that is stored: it may have no
// card.
func (w *world) newestCase(args []string) error {
	if len(args) > 0 {
		db, err := store.OpenReader(filepath.Join(w.ts.Getenv("WORK"), "data"))
		if err != nil {
			return err
		}
		all, err := db.Recent(context.Background(), 1)
		if err == nil && len(all) == 1 {
			w.ts.Setenv("CASE", all[0].ID)
		}
		return errors.Join(err, db.Close())
	}
	for _, m := range slices.Backward(w.workspace.As("U0ANNA").State().In(channel)) {
		found := regexp.MustCompile("(Q-[A-Z2-7]{6})` · fingerprint `").FindStringSubmatch(m.Words())
		if found == nil {
			continue
		}
		w.ts.Setenv("CASE", found[1])
		for _, b := range m.Buttons() {
			var carried struct{ Fingerprint string }
			if err := json.Unmarshal([]byte(b.Value), &carried); err != nil {
				return err
			}
			w.ts.Setenv("FINGERPRINT", carried.Fingerprint)
		}
		return nil
	}
	return fmt.Errorf("there is no card")
}

// sql changes the database behind the program's back: "sql 'DELETE …'".
func (w *world) sql(args []string) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.ts.Getenv("WORK"), "data", store.File)+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	_, err = db.Exec(args[0])
	return errors.Join(err, db.Close())
}

// store makes what the program stores fail: "store breaks 'INSERT ON cases'" refuses a kind of
// write, "store loses forms" takes a table away, and "store heals" undoes both.
func (w *world) store(args []string) error {
	switch args[0] {
	case "breaks":
		w.broken = append(w.broken, fmt.Sprintf("DROP TRIGGER broken%d", len(w.broken)))
		return w.sql([]string{fmt.Sprintf("CREATE TRIGGER broken%d BEFORE %s BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END", len(w.broken)-1, args[1])})
	case "loses":
		w.broken = append(w.broken, fmt.Sprintf("ALTER TABLE lost_%[1]s RENAME TO %[1]s", args[1]))
		return w.sql([]string{fmt.Sprintf("ALTER TABLE %[1]s RENAME TO lost_%[1]s", args[1])})
	case "heals":
		heal := strings.Join(w.broken, ";")
		w.broken = nil
		return w.sql([]string{heal})
	}
	return fmt.Errorf("store breaks|loses|heals")
}

// record prints the record, an entry a line, for stdout to look at.
func (w *world) record([]string) error {
	db, err := store.OpenReader(filepath.Join(w.ts.Getenv("WORK"), "data"))
	if err != nil {
		return err
	}
	err = db.Links(context.Background(), "", func(l audit.Link) error {
		_, err := fmt.Fprintln(w.ts.Stdout(), line(l, func(s string) string { return s }))
		return err
	})
	return errors.Join(err, db.Close())
}

// disk makes the program's disk "full", so that its write-ahead log cannot grow,
// or gives it "room" again.
func (w *world) disk(args []string) error {
	limit := "unlimited"
	if args[0] == "full" {
		log, err := os.Stat(filepath.Join(w.ts.Getenv("WORK"), "data", store.File+"-wal"))
		if err != nil {
			return err
		}
		limit = strconv.FormatInt(log.Size(), 10) + ":" // the soft limit alone, so that it can be lifted
	}
	return exec.Command("prlimit", "--pid", strconv.Itoa(w.child.Process.Pid), "--fsize="+limit).Run()
}

// entries waits until the record has so many entries of an event: "entries policy 2".
func (w *world) entries(args []string) error {
	want, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	return w.counts(`SELECT count(*) FROM audit WHERE body LIKE '%"event":"`+args[0]+`"%'`, want)
}

// counts waits until a query of the database counts so many.
func (w *world) counts(query string, want int) error { return w.countsWithin(query, want, patience) }

func (w *world) countsWithin(query string, want int, d time.Duration) error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.ts.Getenv("WORK"), "data", store.File)+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	got := -1
	for until := time.Now().Add(d); time.Now().Before(until); <-tick.C {
		if err := db.QueryRow(query).Scan(&got); err != nil {
			return err
		}
		if got == want {
			return nil
		}
	}
	return fmt.Errorf("%s: %d, not %d\nthe program's log:\n%s", query, got, want, w.log)
}

// logs waits until the program's log has a line with all of the words. It goes on behind
// the line that the logs before it found, so that an old line is not taken for a new one.
func (w *world) logs(args []string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(patience); time.Now().Before(until); <-tick.C {
		all := w.log.String()
		for at := w.logged; ; {
			n := strings.IndexByte(all[at:], '\n')
			if n < 0 {
				break
			}
			line := all[at : at+n]
			if at += n + 1; hasAll(line, args) {
				w.logged = at
				return nil
			}
		}
	}
	return fmt.Errorf("no such line after the first %d bytes of the program's log:\n%s", w.logged, w.log)
}

// connected waits until the program has had so many sockets, and has one now.
func (w *world) connected(args []string) error {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(patience); time.Now().Before(until); <-tick.C {
		if strings.Count(w.log.String(), "connected to Slack") >= want {
			_, err := w.wait("U0ANNA", func(s slacksim.State) bool { return s.App.Connected })
			return err
		}
	}
	return fmt.Errorf("the program's log:\n%s", w.log)
}

// record keeps what the program says.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}
