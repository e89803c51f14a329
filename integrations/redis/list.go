package redis

import (
	"strconv"
	"strings"

	"quell/integrations"
)

// list is an answer of CLIENT LIST.
type list struct {
	lines int  // of which some may not have been understood
	whole bool // each line was, and the last one has its end
	// userless says that no line tells a user: the server is older than users are (6.0).
	userless bool
}

// client is one line of CLIENT LIST by its fields, which differ between versions.
type client map[string]string

func (c client) id() string { return c["id"] }

// given is a field as a trait takes it.
func (c client) given(field string) integrations.Given {
	value, ok := c[field]
	if !ok {
		return integrations.Given{}
	}
	return integrations.Say(value)
}

// readList hands on each line that can be understood, one after the other: all of a long list
// side by side would take several times its room. A line is a copy, so that what is kept of one
// does not keep the whole text.
func readList(text string, each func(client)) list {
	read := list{whole: text == "" || strings.HasSuffix(text, "\n"), userless: true}
	known := map[string]bool{}
	for line := range strings.Lines(text) {
		read.lines++
		one, ok := readClient(strings.Clone(strings.TrimRight(line, "\r\n")))
		read.userless = read.userless && one["user"] == ""
		if !ok || known[one.id()] {
			read.whole = false
			continue
		}
		known[one.id()] = true
		each(one)
	}
	read.userless = read.userless && read.lines > 0 && read.whole
	return read
}

// readClient reads "id=3 addr=127.0.0.1:50211 …". No value holds a space: the server
// refuses one in a name, a user and what a library says of itself. A path of a Unix socket
// may, so a word that is no field, or a field that is there twice, leaves the line without
// a meaning.
func readClient(line string) (client, bool) {
	c := client{}
	for word := range strings.SplitSeq(line, " ") {
		name, value, ok := strings.Cut(word, "=")
		if _, twice := c[name]; !ok || twice || name == "" {
			return c, false
		}
		c[name] = value
	}
	id, err := strconv.ParseInt(c["id"], 10, 64)
	return c, err == nil && id > 0 && strconv.FormatInt(id, 10) == c["id"] && c["addr"] != ""
}
