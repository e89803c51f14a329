package jp1ao

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	// logPiece is what one read of a log asks for, in bytes: less than a client takes for
	// an answer, also where characters grow on the way.
	logPiece = 512 << 10
	// logMost is how many pieces are read. They hold more than the 10,240 KB that a log
	// grows to by default (logger.TA.MaxFileSize, Configuration Guide, 2.2); past its limit
	// a log loses its oldest lines (AOUG0215).
	logMost = 24
)

// stopLine is the newest line of the task's log that tells of a stop. whole says that the
// log was read to its end: only then does it mean something that there is no such line. A
// log that cannot be read is no failure of the look; the task's status stands for itself.
//
// The log is read forwards: with reverse the vendor reads back from the offset, so that
// nothing lies before 0, and no call tells a log's size (2.7.21).
func (c *Client) stopLine(ctx context.Context, id string) (line string, whole bool) {
	offset := 0
	for range logMost {
		piece, err := c.logFrom(ctx, id, offset)
		if err != nil {
			return line, false
		}
		if piece == "" {
			return line, line != "" || c.logEnds(ctx, id, offset)
		}
		if newer := stopIn(piece); newer != "" {
			line = newer
		}
		offset += len(piece)
	}
	return line, false
}

// logEnds says whether a log ends at an offset from which nothing came. That may also be a
// line that is longer than a piece, which the vendor leaves out as a whole (2.7.21): then
// there is something one piece later, unless the line is longer than two. An ended task's
// log has at least its beginning (AOUG0215), so one that is empty was not read.
func (c *Client) logEnds(ctx context.Context, id string, offset int) bool {
	if offset == 0 {
		return false
	}
	later, err := c.logFrom(ctx, id, offset+logPiece)
	return err == nil && later == ""
}

// logFrom are the whole lines that fit into one piece, from an offset on; "" where there
// is none.
func (c *Client) logFrom(ctx context.Context, id string, offset int) (string, error) {
	query := url.Values{"taskID": {id}, "offset": {strconv.Itoa(offset)}, "readSize": {strconv.Itoa(logPiece)}}
	res, err := c.read(ctx, call{op: opLog, method: http.MethodGet, path: objects + "/TaskLogs", query: encode(query)})
	if err != nil {
		return "", err
	}
	return string(res.Body()), nil
}

// stopIn is the newest of some lines that tells of a stop, "" if none does. The manual's
// messages are "Task execution was stopped." and "Task execution was forcibly stopped."
// (AOUG0215); their Japanese is not published.
func stopIn(lines string) string {
	for _, line := range slices.Backward(strings.Split(lines, "\n")) {
		low := strings.ToLower(line)
		for _, says := range []string{"execution was stopped", "forcibly stopped", "force stop", "強制停止"} {
			if strings.Contains(low, says) {
				return shown(text(strings.TrimSpace(line)))
			}
		}
	}
	return ""
}
