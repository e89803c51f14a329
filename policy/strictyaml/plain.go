package strictyaml

import (
	"iter"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

// plain leaves in the tree only what works as it reads, and notes the rest. A key
// with nothing behind it, or with an empty list, is a limit to one reader and no limit
// to another. A tag makes another word of the one that is shown. An alias says something
// that stands elsewhere, as often as it likes: no rule can then be read alone, and a
// small file may be a large one.
func (m *Mistakes) plain(n *yaml.Node) {
	before := m.Len()
	m.marks(n)
	switch n.Kind {
	case yaml.AliasNode:
		m.Add(pos(n), "*%s stands for something else in the file; write it out here", m.quote(n.Value))
		void(n)
	case yaml.ScalarNode:
		m.scalar(n)
	case yaml.SequenceNode:
		m.full(n, "list")
	case yaml.MappingNode:
		m.full(n, "block")
		m.once(n)
		for k, v := range pairs(n) {
			m.keyAt[v] = pos(k)
		}
	}
	for _, c := range n.Content {
		m.plain(c)
		m.foul[n] = m.foul[n] || m.foul[c]
	}
	m.foul[n] = m.foul[n] || m.Len() > before
}

func pos(n *yaml.Node) Pos { return Pos{n.Line, n.Column} }

// void leaves nothing where a node was, so that what is noted of it is not noted again
// as an unknown word.
func void(n *yaml.Node) {
	*n = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line, Column: n.Column}
}

// marks notes a tag and an anchor, and reads what they mark as it shows.
func (m *Mistakes) marks(n *yaml.Node) {
	before := m.Len()
	if n.Style&yaml.TaggedStyle != 0 || n.Tag == "!" {
		m.Add(pos(n), `a tag ("%s") says something else than the text shows - write the word itself, in quotes if it begins with !`, m.quote(n.Tag))
		n.Style &^= yaml.TaggedStyle
		n.Tag = map[yaml.Kind]string{yaml.ScalarNode: "!!str", yaml.SequenceNode: "!!seq", yaml.MappingNode: "!!map"}[n.Kind]
		if n.Kind == yaml.ScalarNode && decimal(n.Value) {
			n.Tag = "!!int"
		}
	}
	if n.Anchor != "" {
		m.Add(pos(n), "an anchor (&%s) is for use elsewhere in the file; leave it out, or put the text in quotes if it begins with &", m.quote(n.Anchor))
	}
	if m.foul[n] = m.Len() > before; m.foul[n] && n.Kind == yaml.ScalarNode && n.Value == "" {
		void(n)
	}
}

// scalar notes a text that is not what it looks like.
func (m *Mistakes) scalar(n *yaml.Node) {
	switch v := n.Value; {
	case m.foul[n]: // one thing at a time: where it begins is the mark, not the text
	case n.ShortTag() == "!!null" || strings.TrimSpace(v) == "":
		m.Add(pos(n), "nothing stands here; %s", m.remedy(n))
		void(n)
	case m.escape(n) != Pos{}:
		m.Add(m.escape(n), `\ in double quotes stands for something that is not shown; write the text itself, in single quotes if it holds a \`)
	case m.hidden(v) != "":
		m.Add(pos(n), "%s", m.hidden(v))
	case !m.stands(n) || strings.TrimSpace(v) != v || strings.ContainsFunc(v, unicode.IsControl):
		m.Add(pos(n), "this text has blanks at its ends, or more than one line; write it in one line, from its first letter to its last")
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && farOut(m.src[n.Line]) > 0: // no # begins a comment there
		m.Add(Pos{n.Line + 1, farOut(m.src[n.Line])}, "this stands behind %d blanks, where it is not looked for; move it", farOff)
	case !norm.NFC.IsNormalString(v):
		m.Add(pos(n), "a letter here is written as two, or as a double of another; type the text anew")
	case mixed(v):
		m.Add(pos(n), "a word here has letters of two alphabets that look alike; write it in one")
	case disguised(v):
		m.Add(pos(n), "a word here is in Cyrillic or Greek letters that all look like Latin ones; write it in Latin letters")
	case n.Style == 0:
		numeral(n)
	}
	m.foul[n] = m.foul[n] || strings.ContainsRune(n.Value, lost)
}

// stands reports whether a text is in the file as it is read: each letter as itself, and
// all in one line. Below a text that goes on, a rule may stand and be none.
func (m *Mistakes) stands(n *yaml.Node) bool {
	want := n.Value
	switch n.Style {
	case yaml.LiteralStyle, yaml.FoldedStyle:
		return n.Line < len(m.src) && strings.TrimSpace(m.src[n.Line]) == want
	case yaml.SingleQuotedStyle:
		want = "'" + strings.ReplaceAll(want, "'", "''") + "'"
	case yaml.DoubleQuotedStyle:
		want = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(want) + `"`
	}
	at := m.letters(n.Line)[n.Column-1:]
	letters := []rune(want)
	return len(at) >= len(letters) && slices.Equal(at[:len(letters)], letters)
}

// escape is where a letter is written as its number, or as another letter: "\x6e" is an
// n. It is the zero Pos for none.
func (m *Mistakes) escape(n *yaml.Node) Pos {
	if n.Style != yaml.DoubleQuotedStyle {
		return Pos{}
	}
	line := m.letters(n.Line)
	for i := n.Column; i < len(line) && line[i] != '"'; i++ {
		if line[i] != '\\' {
			continue
		}
		if i++; i == len(line) || line[i] != '"' && line[i] != '\\' {
			return Pos{n.Line, i}
		}
	}
	return Pos{}
}

// letters are those of one line, cut once: a line may be as long as a file.
func (m *Mistakes) letters(line int) []rune {
	if _, done := m.runes[line]; !done {
		m.runes[line] = []rune(m.src[line-1])
	}
	return m.runes[line]
}

// full notes a list or a block with nothing in it, unless the form says what that means.
func (m *Mistakes) full(n *yaml.Node, what string) {
	if len(n.Content) > 0 || m.bare[n] != "" {
		return
	}
	m.Add(pos(n), "this %s is empty, which some read as all and some as none; %s", what, m.remedy(n))
	if n.Kind == yaml.SequenceNode {
		void(n)
	}
}

// remedy is what to do about nothing. It never is to delete the key: that may allow more
// than was meant, so what it would do is said instead.
func (m *Mistakes) remedy(n *yaml.Node) string {
	switch {
	case m.bare[n] != "":
		return "write {} for " + m.bare[n]
	case m.left[n] != "":
		return "write what you mean - without this key: " + m.left[n]
	}
	return "write what you mean"
}

// learn finds what the form says of nothing at each place: in the tag bare, what an empty
// block means that stands by name under the key; behind "Left out:" in the tag about, what
// it means that the key is not there. A list of parts has its form by the tag of.
func (m *Mistakes) learn(n *yaml.Node, form reflect.Type, parts map[string]reflect.Type) {
	switch form.Kind() {
	case reflect.Pointer:
		m.learn(n, form.Elem(), parts)
	case reflect.Slice:
		for _, c := range n.Content {
			m.learn(c, form.Elem(), parts)
		}
	case reflect.Map:
		for _, v := range pairs(n) {
			m.learn(v, form.Elem(), parts)
		}
	case reflect.Struct:
		known := fields(form)
		for k, v := range pairs(n) {
			if i := slices.IndexFunc(known, func(f field) bool { return f.key == k.Value }); i >= 0 {
				m.learnField(v, known[i], parts)
			}
		}
	}
}

func (m *Mistakes) learnField(n *yaml.Node, f field, parts map[string]reflect.Type) {
	_, left, _ := strings.Cut(f.Tag.Get("about"), "Left out: ")
	m.left[n] = strings.TrimSuffix(left, ".")
	for _, v := range pairs(n) {
		m.bare[v] = f.Tag.Get("bare")
	}
	of := f.Type
	if part := parts[f.Tag.Get("of")]; part != nil {
		of = reflect.SliceOf(part)
	}
	m.learn(n, of, parts)
}

// pairs are the keys and values of a block; none of anything else.
func pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(k, v *yaml.Node) bool) {
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

// once leaves of each key the first. Keys that differ in capitals alone are one: who
// reads the second takes it for the first.
func (m *Mistakes) once(n *yaml.Node) {
	seen, kept := map[string]*yaml.Node{}, []*yaml.Node{}
	for k, v := range pairs(n) {
		folded := strings.ToLower(norm.NFKC.String(k.Value))
		first := seen[folded]
		switch {
		case k.Kind != yaml.ScalarNode:
		case k.ShortTag() == "!!merge":
			m.Add(pos(k), "<< takes over keys that stand elsewhere; write them out here")
			continue
		case first != nil && first.Value == k.Value:
			m.Add(pos(k), "the key %q is there already, in line %d", m.key(k.Value), first.Line)
			continue
		case first != nil:
			m.Add(pos(k), "the key %q is there already as %q, in line %d; keys have to differ in more than capitals", m.key(k.Value), m.key(first.Value), first.Line)
			continue
		default:
			seen[folded] = k
		}
		kept = append(kept, k, v)
	}
	n.Content = kept
}

// numeral marks a number that is written in another way than people write numbers: YAML
// 1.1 takes 010 for eight. As text it stays what it is.
func numeral(n *yaml.Node) {
	tag := n.ShortTag()
	whole, part, _ := strings.Cut(strings.TrimPrefix(n.Value, "-"), ".")
	switch {
	case tag != "!!int" && tag != "!!float" || decimal(n.Value):
	case digits(whole) && digits(part):
		n.Tag = "!fraction"
	default:
		n.Tag = "!notation"
	}
}

// decimal reports whether s is a whole number in digits, with no nought before it.
func decimal(s string) bool {
	number := strings.TrimPrefix(s, "-")
	return digits(number) && (number[0] != '0' || s == "0")
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// mixed reports whether a word has Latin letters and others that look like them: with a
// Cyrillic o, on-call is another role. Digits and _ do not part words: one letter behind
// them is taken for one of the word before, which a word of its own is not.
func mixed(s string) bool {
	letter := func(r rune) bool { return unicode.IsLetter(r) }
	inWord := func(r rune) bool { return letter(r) || unicode.IsDigit(r) || r == '_' }
	latin := func(r rune) bool { return unicode.Is(unicode.Latin, r) && !double(r) }
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !inWord(r) }) {
		for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return !letter(r) }) {
			if strings.ContainsFunc(part, latin) && strings.ContainsFunc(part, double) || strings.ContainsFunc(word, latin) && disguised(part) {
				return true
			}
		}
	}
	return false
}

// disguised reports whether a text has Cyrillic or Greek letters and all of them look like
// Latin ones. A word of these languages has nearly always a letter that tells.
func disguised(s string) bool {
	const doubles = "асеорхуѕіјһԁԛԝӏ" + "АВСЕНІЈКМОРЅТХУҮԌԚԜӀ" + "νορυ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
	foreign := func(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) }
	tells := func(r rune) bool { return foreign(r) && !strings.ContainsRune(doubles, r) }
	return strings.ContainsFunc(s, foreign) && !strings.ContainsFunc(s, tells)
}

// double reports whether a letter is the double of a Latin one: from an alphabet that
// shares its looks, or the same in another width or weight.
func double(r rune) bool {
	same := norm.NFKC.String(string(r))
	return unicode.In(r, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee, unicode.Coptic, unicode.Lisu) ||
		r >= utf8.RuneSelf && unicode.IsLetter(r) && len(same) == 1
}
