package wiring

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"

	"quell/bot/engine"
	"quell/integrations"
	"quell/integrations/dcs"
	"quell/policy"
	"quell/policy/strictyaml"
)

// targetFile is the form of the target file:
//
//	targets:
//	  cache-prod:
//	    kind: dcs
//	    …          the keys of the kind
type targetFile struct {
	Targets map[string]strictyaml.Part `yaml:"targets"`
}

// LoadTargets reads the target file. Targets that are broken, or would work otherwise
// than they read, are left out; the error lists every mistake with its place, and the
// rest can be used all the same, and are the caller's to close. A name that is hard to say or
// to tell from another is a mistake and leaves nothing out. all are all targets as a
// policy names them, broken ones too.
func LoadTargets(file string, data []byte, m Makings) (targets map[string]engine.Target, all []policy.Target, err error) {
	return loadTargets(kinds(), file, data, m)
}

func loadTargets(kinds []kind, file string, data []byte, m Makings) (targets map[string]engine.Target, all []policy.Target, err error) {
	var f targetFile
	mistakes := strictyaml.LoadPrivate(file, data, &f)
	m.contracts, m.lanes = contracts{}, dcs.NewLanes()
	targets = map[string]engine.Target{}
	known := map[string]kind{}
	for _, k := range kinds {
		known[k.Kind] = k
	}
	checkNames(f.Targets, mistakes)
	for _, name := range slices.Sorted(maps.Keys(f.Targets)) {
		part := f.Targets[name]
		kind := part.Text("kind")
		labels := part.Texts("labels")
		all = append(all, policy.Target{Name: name, Kind: kind.Value, Labels: labels})
		k, ok := known[kind.Value]
		switch {
		case tooLongForMenu(name): // checkNames has said so
		case kind.Value == "":
			mistakes.Add(part.Key(mistakes), "target %q needs a kind", name)
		case !ok:
			mistakes.Unknown(kind, "kind", slices.Sorted(maps.Keys(known)))
		default:
			if t, ok := k.target(name, part, mistakes, m); ok {
				targets[name] = t
			}
		}
	}
	if len(f.Targets) == 0 && mistakes.Err() == nil {
		mistakes.Add(strictyaml.Pos{}, "there are no targets")
	}
	return targets, all, mistakes.Err()
}

// target makes a target of its part of the file, and tells of the files that it is made of, also
// where it cannot be made of what these hold.
func (k kind) target(name string, part strictyaml.Part, mistakes *strictyaml.Mistakes, mk Makings) (engine.Target, bool) {
	files := contents{}
	mk.read = files.note(mk.readFile)
	t := k.make(part, mistakes, mk)
	never, ok := actsNever(part.Text("act"), mistakes)
	made := t.Actions != nil
	if ok = ok && part.Whole(mistakes); ok && mk.Sourced != nil && len(files) > 0 {
		mk.Sourced(source{target: name, files: files, out: !made, make: k.again(name, part, mistakes, mk)})
	}
	if !made || !ok {
		_ = shut(t) // it has made no call
		return engine.Target{}, false
	}
	if never {
		t = withheld(t)
	}
	t.Name, t.Kind, t.Profile = name, k.Kind, k.Profile
	t.Labels, t.ByHand = part.Texts("labels"), k.byHand(part)
	return t, true
}

// again makes a target of the same part, with other contents of its files.
func (k kind) again(name string, part strictyaml.Part, mistakes *strictyaml.Mistakes, mk Makings) func(contents) (engine.Target, error) {
	return func(c contents) (engine.Target, error) {
		aside, mk := mistakes.Aside(), mk
		mk.Sourced, mk.read, mk.contracts = nil, c.read, maps.Clone(mk.contracts) // others may be made at the same time
		t, ok := k.target(name, part, aside, mk)
		if !ok {
			return t, cmp.Or(aside.Err(), errNotMade)
		}
		return t, nil
	}
}

// errNotMade is for a target that was read once, of the same part of the file.
var errNotMade = errors.New("it cannot be made once more")

// unread is the word in place of a secret that cannot be had.
const unread = "unread"

// secret follows a reference to a credential. The value itself is never shown,
// also not in a mistake. In place of a secret that cannot be had stands a word, so
// that it is not called missing as well.
func (mk Makings) secret(t strictyaml.Text, m *strictyaml.Mistakes) integrations.Secret {
	scheme, rest, _ := strings.Cut(t.Value, ":")
	switch {
	case t.Value == "":
		return ""
	case scheme == "env":
		if v := os.Getenv(rest); v != "" {
			return integrations.Secret(v)
		}
		m.Add(t.Pos, "the environment has no %s", rest)
	case scheme == "file":
		data, err := mk.readFile(rest)
		text := strings.TrimSpace(string(data))
		switch {
		case err != nil:
			m.Add(t.Pos, "the credential cannot be read: %v", err)
		case text == "":
			m.Add(t.Pos, "the file of the credential is empty")
		default:
			return integrations.Secret(text)
		}
	default:
		m.AddMute(t.Pos, "write where the credential is, as env:NAME or file:/path, never the credential itself")
	}
	return unread
}
