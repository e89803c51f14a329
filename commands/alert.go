package commands

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Alert is what the text of an alert names. Anybody may have written it, so it only proposes:
// whoever reads a form that it filled in decides.
type Alert struct {
	// Sure are addresses and ids: by their own form, or because the text calls them so, as in
	// "task: 4711". Each is said if it fits nothing.
	Sure []string
	// Words may be names, such as that of a target, an agent or a client. Most of them are prose,
	// so one is used only where it is the name of what is there.
	Words []string
	Left  int // how many that are sure are left out, past MostRead
}

// MostRead is how many addresses and ids are read of an alert, and mostWords how many words: more
// than anybody would act on at once.
const (
	MostRead  = 20
	mostWords = 200
)

var (
	// alertURL leads elsewhere: what stands in it names nothing here.
	alertURL = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://\S*`)
	// alertLabel calls the word behind it an id. Word boundaries are for letters of ASCII alone.
	alertLabel = regexp.MustCompile(`(?i)(?:(?:\b(?:session|client|agent|task|proxy|process|connection|pid|id)\b|セッション|エージェント|タスク|ジョブ|プロキシ|会话|任务|代理)(?:[ _-]?(?:id|name|no\.?|number|名))?[*_` + "`" + `]*\s*[:=#]|\b(?:session|client|task|pid)\b(?:[ _-](?:id\b|no\b\.?|number\b))?\s+#?)[*_` + "`" + `"']*\s*[*_` + "`" + `"']*([^\s,;"'` + "`" + `()\[\]{}<>「」『』、。（）【】]+)`)
	alertUUID  = regexp.MustCompile(`(?i)^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	alertHex   = regexp.MustCompile(`(?i)^[0-9a-f]{12,}$`)
)

// ReadAlert reads the text of an alert, in whatever marks and punctuation its words stand.
func ReadAlert(text string) (a Alert) {
	text = alertURL.ReplaceAllString(norm.NFKC.String(text), " ")
	for _, m := range alertLabel.FindAllStringSubmatch(text, -1) {
		if word := trimWord(m[1]); isLabelled(m[0], word) {
			a.add(word)
		}
	}
	for _, word := range strings.FieldsFunc(text, separatesWords) {
		word = trimWord(word)
		switch {
		case isAddress(word), alertUUID.MatchString(word), alertHex.MatchString(word) && hasBoth(word):
			a.add(word)
		case isWord(word) && len(a.Words) < mostWords && !slices.Contains(a.Words, word):
			a.Words = append(a.Words, word)
		}
	}
	a.Words = slices.DeleteFunc(a.Words, func(w string) bool { return slices.Contains(a.Sure, w) })
	return a
}

// isLabelled says that what stands behind a label is meant by it. Without a sign between them only
// a number is: "session expired" is prose.
func isLabelled(all, word string) bool {
	label := strings.TrimSuffix(all, word)
	return word != "" && (strings.ContainsAny(label, ":=#") || isNumber(word))
}

func (a *Alert) add(word string) {
	switch {
	case slices.Contains(a.Sure, word):
	case len(a.Sure) == MostRead:
		a.Left++
	default:
		a.Sure = append(a.Sure, word)
	}
}

// separatesWords reports what stands between words, in Japanese as in English. A square bracket
// does not: an IPv6 address with its port has one.
func separatesWords(r rune) bool {
	return strings.ContainsRune(" \t\r\n,;\"'`(){}<>|*~=「」『』、。【】・→«»“”‘’", r) || r == '\u3000' || r == '\u00a0'
}

// trimWord takes off what stands around a word and is none of it.
func trimWord(word string) string {
	word = strings.Trim(word, `.:!?_*~"'`+"`"+`,;/`)
	if _, err := netip.ParseAddrPort(word); err == nil {
		return word
	}
	return strings.Trim(word, "[]")
}

func isAddress(word string) bool {
	_, errPort := netip.ParseAddrPort(word)
	addr, err := netip.ParseAddr(word)
	return errPort == nil || err == nil && (addr.Is4() || strings.Count(word, ":") > 2)
}

// hasBoth says that a word has letters and digits: a word of prose may be spelt with the letters
// of hexadecimal, and a number of many digits may be anything.
func hasBoth(word string) bool {
	return strings.ContainsAny(word, "0123456789") && strings.Trim(word, "0123456789") != ""
}

// isWord says that a word may be a name: a number is none, for it may count anything.
func isWord(word string) bool { return len(word) > 2 && len(word) <= 150 && !isNumber(word) }
