package sim

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// member is one member of a task that a query may name (2.2.14), as HQL compares it.
type member struct {
	number bool
	value  func(t taskLife) string
}

// taskMembers are those that are played. Which of a task's members may stand in a query is in
// a table that is not published in whole: others are refused.
func (j *JP1AO) taskMembers() map[string]member {
	return map[string]member{
		"instanceID":       {true, func(t taskLife) string { return strconv.Itoa(t.ID) }},
		"name":             {false, func(t taskLife) string { return t.Name }},
		"status":           {false, func(t taskLife) string { return j.spelt(t.Status) }},
		"startTime":        {false, func(t taskLife) string { return iso(t.began) }},
		"submitTime":       {false, func(t taskLife) string { return iso(t.began) }},
		"submitter":        {false, func(t taskLife) string { return t.Submitter }},
		"scheduleType":     {false, func(t taskLife) string { return t.Schedule }},
		"serviceName":      {false, func(t taskLife) string { return t.Service }},
		"serviceGroupName": {false, func(t taskLife) string { return t.Group }},
	}
}

// asked are the tasks that a query asks for, in its order (2.2.9), and which of them stand on
// the page. Not ok is a query that the manual does not know.
func (j *JP1AO) asked(q url.Values, all []taskLife) (found []taskLife, p taskPage, ok bool) {
	known := []string{"alt", "HQL::filter", "HQL::sortBy", "HQL::offset", "HQL::limit", "page", "pageSize"}
	for name, values := range q {
		if !slices.Contains(known, name) || len(values) != 1 {
			return nil, taskPage{}, false
		}
	}
	filter, okFilter := j.filter(q)
	order, okOrder := j.order(q)
	p, okPage := taskPageOf(q, j.cfg.PageMost)
	if !okFilter || !okOrder || !okPage || q.Get("alt") != "" && q.Get("alt") != "json" {
		return nil, taskPage{}, false
	}
	for _, t := range all {
		if filter(t) {
			found = append(found, t)
		}
	}
	slices.SortStableFunc(found, order)
	return found, p, true
}

// taskPage is a part of a list: either by its place, or by a page's number.
type taskPage struct {
	number, size int // number is 0 where the place was asked for
	from, most   int
}

// taskPageOf reads which page is asked for, of so many rows at most; 0 for no limit.
func taskPageOf(q url.Values, most int) (p taskPage, ok bool) {
	ok = true
	number := func(name string, least, otherwise int) int {
		n, err := strconv.Atoi(q.Get(name))
		if !q.Has(name) {
			return otherwise
		}
		ok = ok && err == nil && n >= least && n <= 1e6
		return n
	}
	p.from, p.most = number("HQL::offset", 0, 0), number("HQL::limit", 1, 1e6)
	if q.Has("page") || q.Has("pageSize") {
		p.number, p.size = number("page", 1, 1), number("pageSize", 1, 100) // the default is not documented
		if most > 0 {
			p.size = min(p.size, most)
		}
		p.from, p.most = (p.number-1)*p.size, p.size
		ok = ok && !q.Has("HQL::offset") && !q.Has("HQL::limit")
	}
	return p, ok
}

// of are the rows of the page.
func (p taskPage) of(found []taskLife) []taskLife {
	from := min(max(0, p.from), len(found))
	return found[from:min(from+p.most, len(found))]
}

// order reads HQL::sortBy: member-name [{ASC|DESC}], and so on. Ascending is the default.
func (j *JP1AO) order(q url.Values) (func(a, b taskLife) int, bool) {
	var all []func(a, b taskLife) int
	if !q.Has("HQL::sortBy") {
		return func(taskLife, taskLife) int { return 0 }, true
	}
	for key := range strings.SplitSeq(q.Get("HQL::sortBy"), ",") {
		words := strings.Fields(key)
		if len(words) == 0 || len(words) > 2 || len(words) == 2 && words[1] != "ASC" && words[1] != "DESC" {
			return nil, false
		}
		m, ok := j.taskMembers()[words[0]]
		if !ok {
			return nil, false
		}
		sign := 1
		if len(words) == 2 && words[1] == "DESC" {
			sign = -1
		}
		all = append(all, func(a, b taskLife) int { return sign * m.compare(m.value(a), m.value(b)) })
	}
	return func(a, b taskLife) int {
		for _, by := range all {
			if c := by(a, b); c != 0 {
				return c
			}
		}
		return 0
	}, true
}

func (m member) compare(a, b string) int {
	if m.number {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}

// filter reads HQL::filter.
func (j *JP1AO) filter(q url.Values) (func(taskLife) bool, bool) {
	if !q.Has("HQL::filter") {
		return func(taskLife) bool { return true }, true
	}
	h := hql{members: j.taskMembers(), left: hqlWords(q.Get("HQL::filter"))}
	holds, ok := h.expression()
	return holds, ok && len(h.left) == 0 && !j.cfg.NoFilter
}

// hqlWord is a string in single quotes, of which a doubled one is one; an operation; a
// bracket, a comma; a number or a name.
var hqlWord = regexp.MustCompile(`^\s*('(?:[^']|'')*'|<>|!=|>=|<=|[=<>()\[\],]|[A-Za-z0-9]+)`)

// hqlWords takes a filter apart. What is no word of HQL stays in one piece, which nothing reads.
func hqlWords(s string) (all []string) {
	for strings.TrimSpace(s) != "" {
		m := hqlWord.FindStringSubmatch(s)
		if m == nil {
			return append(all, s)
		}
		all, s = append(all, m[1]), s[len(m[0]):]
	}
	return all
}

// hql reads the grammar of 2.2.11.
type hql struct {
	members map[string]member
	left    []string
}

type holds = func(taskLife) bool

func (h *hql) next() string {
	if len(h.left) == 0 {
		return ""
	}
	word := h.left[0]
	h.left = h.left[1:]
	return word
}

func (h *hql) has(word string) bool {
	if len(h.left) == 0 || h.left[0] != word {
		return false
	}
	h.next()
	return true
}

// expression is one, or several in a row. Which of "and" and "or" binds closer is not
// documented: they go from left to right.
func (h *hql) expression() (holds, bool) {
	left, ok := h.one()
	for ok {
		and := h.has("and")
		if !and && !h.has("or") {
			return left, true
		}
		var right holds
		before := left
		right, ok = h.one()
		left = func(t taskLife) bool {
			if and {
				return before(t) && right(t)
			}
			return before(t) || right(t)
		}
	}
	return nil, false
}

func (h *hql) one() (holds, bool) {
	if !h.has("(") {
		return h.binary()
	}
	inner, ok := h.expression()
	return inner, ok && h.has(")")
}

// binary compares a member with a value, or with several.
func (h *hql) binary() (holds, bool) {
	bracket := h.has("[")
	m, ok := h.members[h.next()]
	if !ok || bracket && !h.has("]") {
		return nil, false
	}
	op := h.next()
	if op == "not" {
		op += " " + h.next()
	}
	if op == "in" || op == "not in" {
		values, ok := h.tuple(m)
		return func(t taskLife) bool { return slices.Contains(values, m.value(t)) == (op == "in") }, ok
	}
	value, ok := h.value(m)
	test := hqlOperations()[op]
	return func(t taskLife) bool { return test(m.compare(m.value(t), value), m.value(t), value) }, ok && test != nil
}

func (h *hql) tuple(m member) (values []string, ok bool) {
	if !h.has("[") {
		return nil, false
	}
	for {
		value, ok := h.value(m)
		if !ok {
			return nil, false
		}
		values = append(values, value)
		if !h.has(",") {
			return values, h.has("]")
		}
	}
}

// value is a number for a member of numbers, a string in quotes for any other (table 2-17).
func (h *hql) value(m member) (string, bool) {
	word := h.next()
	if m.number {
		_, err := strconv.ParseUint(word, 10, 63)
		return word, err == nil
	}
	inner, quoted := strings.CutPrefix(word, "'")
	inner, closed := strings.CutSuffix(inner, "'")
	return strings.ReplaceAll(inner, "''", "'"), quoted && closed
}

// hqlOperations tell by how a member compares with a value, and by both.
func hqlOperations() map[string]func(c int, a, b string) bool {
	all := map[string]func(c int, a, b string) bool{
		"starts": func(_ int, a, b string) bool { return strings.HasPrefix(a, b) },
		"ends":   func(_ int, a, b string) bool { return strings.HasSuffix(a, b) },
	}
	for names, holds := range map[string]func(c int) bool{
		"eq =": func(c int) bool { return c == 0 }, "ne <> !=": func(c int) bool { return c != 0 },
		"gt >": func(c int) bool { return c > 0 }, "lt <": func(c int) bool { return c < 0 },
		"ge >=": func(c int) bool { return c >= 0 }, "le <=": func(c int) bool { return c <= 0 },
	} {
		for _, name := range strings.Fields(names) {
			all[name] = func(c int, _, _ string) bool { return holds(c) }
		}
	}
	return all
}
