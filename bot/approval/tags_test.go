package approval_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quell/bot/approval"
)

// TestStoredTags holds the stored form of a case to its JSON tags: databases are full of
// them, whatever the fields are called in Go. A tag may be added to the list and none
// renamed or taken out.
func TestStoredTags(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("testdata", "tags.txt"))
	require.NoError(t, err)
	tags := map[string]bool{}
	collectTags(tags, reflect.TypeFor[approval.Case](), nil)
	got := strings.Join(slices.Sorted(maps.Keys(tags)), "\n") + "\n"
	require.Equal(t, string(want), got)
}

// collectTags notes each tag by the type that it is in, told by the way there: a type within
// itself (a message in a message) is read once on each way.
func collectTags(tags map[string]bool, of reflect.Type, way []string, within ...reflect.Type) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() || slices.Contains(within, of) {
		return
	}
	for f := range of.Fields() {
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		on := way
		if name != "" && name != "-" {
			on = append(slices.Clone(way), tag)
			tags[strings.Join(on, " > ")+"  "+f.Type.Kind().String()] = true
		}
		if name != "-" {
			collectTags(tags, f.Type, on, append(slices.Clone(within), of)...)
		}
	}
}
