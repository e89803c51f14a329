package jp1ao

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"unicode/utf8"
)

const (
	// logPiece is what one read of a log asks for, in bytes: less than a client takes for
	// an answer, also where characters grow on the way.
	logPiece = 512 << 10
	// logMost is how many pieces are read. They hold more than the 10,240 KB that a log
	// grows to by default (logger.TA.MaxFileSize, Configuration Guide, 2.2); past its limit
	// a log loses its oldest lines (AOUG0215).
	logMost = 24
	// logShort is in bytes of an answer. Whatever the encodings, they are at most twice as
	// many in the file, and so less than a piece: more would have come, had there been more.
	logShort = logPiece / 4
)

// stopSentence is the newest sentence of the task's log that tells of a stop. whole says
// that the log was read to its end: only then does it mean something that there is no such
// sentence. A log that cannot be read is no failure of the look; the task's status stands
// for itself.
//
// The log is read forwards: with reverse the vendor reads back from the offset, so that
// nothing lies before 0, and no call tells a log's size (2.7.21).
func (c *Client) stopSentence(ctx context.Context, id string) (sentence string, whole bool) {
	offset, sure, last := 0, true, false
	for range logMost {
		piece, err := c.logFrom(ctx, id, offset)
		if err != nil {
			return sentence, false
		}
		if piece == "" {
			return sentence, sentence != "" || sure && c.logEnds(ctx, id, offset)
		}
		if newer := stopIn(piece); newer != "" {
			sentence = newer
		}
		sure = sure && !last && utf8.ValidString(piece)
		var step int
		step, last = reach(piece)
		offset += step
	}
	return sentence, false
}

// reach is how far the next read may go on, and whether the piece is the last one.
//
// An offset counts bytes of the log's file, and the piece is in the encoding of the answer
// (text/plain;charset=UTF-8); the file's is not documented. A Japanese letter has two bytes
// in MS932 and three in UTF-8, so that the bytes of an answer would pass lines over. A
// character has at least one byte in any file: that many is never too far, and lines which
// come twice do no harm. A short piece was all that there is. Behind it nothing may come,
// or else lines may have been passed over. In ASCII both numbers are the same.
func reach(piece string) (step int, last bool) {
	letters := utf8.RuneCountInString(piece)
	if letters < len(piece) && len(piece) <= logShort {
		return len(piece), true
	}
	return letters, false
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

// stopMessage is a message of the vendor's at the end of a line: its id, perhaps an event
// type of four bytes (AOUG0213), and one of the manual's sentences (AOUG0215; version 10:
// AOUG0170). The Japanese ones are not published: a sentence with 強制停止 counts if there is
// nothing but Japanese in it.
var stopMessage = regexp.MustCompile(`(?m)KNA[A-Z][0-9]{5}-[A-Z][ \t]+(?:[!-~]{1,4}[ \t]+)?(` +
	`Task execution was (?:forcibly )?stopped\.|Task execution has stopped\.|The task was forcibly stopped\.|` +
	`[\p{Han}\p{Hiragana}\p{Katakana}ー、。]*強制停止[\p{Han}\p{Hiragana}\p{Katakana}ー、。]*)[ \t\r]*$`)

// stopIn is the newest sentence of some lines that tells of a stop, "" if none does. The
// rest of its line is shown to nobody: what a step prints is in the same log (AOUG0215),
// secrets included. A step that prints such a message, with an id, cannot be told from the
// vendor.
func stopIn(lines string) string {
	found := stopMessage.FindAllStringSubmatch(lines, -1)
	if found == nil {
		return ""
	}
	return found[len(found)-1][1]
}
