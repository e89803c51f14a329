package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// answer is what goes back to the caller. Headers of its own it has put into
// arrival.out before.
type answer struct {
	status int
	body   []byte // nil: the answer has no body
	torn   bool   // the connection breaks half-way through it
}

func jsonAnswer(out http.Header, status int, body any) answer {
	out.Set("Content-Type", "application/json;charset=UTF-8")
	b, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("sim: the answer cannot be encoded: %v", err)) // a bug here, not an input
	}
	return answer{status: status, body: b}
}

// htmlAnswer is what a proxy in front of the vendor says when it is at a loss.
func htmlAnswer(out http.Header, status int) answer {
	out.Set("Content-Type", "text/html")
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	page := "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\r\n"
	return answer{status: status, body: []byte(page)}
}

func (a answer) send(w http.ResponseWriter) {
	if a.torn {
		a.tear(w)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller that has gone is its own affair
}

// tear promises the whole answer, sends half and breaks the connection. An
// answer without a body breaks inside its status line.
func (a answer) tear(w http.ResponseWriter) {
	rc := http.NewResponseController(w)
	if len(a.body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body[:len(a.body)/2])
		_ = rc.Flush()
		panic(http.ErrAbortHandler)
	}
	conn, _, err := rc.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // not a server's writer: breaking off is all that is left
	}
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d", a.status)
	_ = conn.Close()
	panic(http.ErrAbortHandler)
}
