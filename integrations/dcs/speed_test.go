package dcs_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkSessions5000 looks at a node with 5,000 sessions, in five pages.
func BenchmarkSessions5000(b *testing.B) {
	const sessions = 5000
	pages := map[string]http.HandlerFunc{}
	for offset := 0; offset < sessions; offset += 1000 {
		pages[strconv.Itoa(offset)] = page("t", sessions, fullRows(offset, 1000))
	}
	client := play(b, map[string]http.HandlerFunc{
		scanPath: respond(200, `{}`),
		listPath: func(w http.ResponseWriter, r *http.Request) { pages[r.URL.Query().Get("offset")](w, r) },
	}).client(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		seen, err := client.Sessions(b.Context(), node)
		require.NoError(b, err)
		require.Len(b, seen.Things, sessions)
	}
}

// fullRows have each field that the vendor documents.
func fullRows(first, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`{"id":"%d","addr":"10.0.%d.%d:%d","peer":"198.18.0.1:%d","fd":"9","name":"worker-%d","age":"845","idle":"3",`+
			`"db":"0","flags":"N","cmd":"get","user":"default","sub":"0","psub":"0","multi":"-1","qbuf":"26","qbuf_free":"32742",`+
			`"obl":"0","oll":"0","omem":"0","events":"r","network":"VPC"}`, first+i, (first+i)/250, i%250, 1000+first+i, 1000+first+i, i)
	}
	return strings.Join(list, ",")
}
