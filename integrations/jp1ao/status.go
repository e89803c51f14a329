package jp1ao

import (
	"strings"
	"unicode"
)

// stage is what a task's status means for stopping it.
type stage int

const (
	unheard   stage = iota // in no manual
	asleep                 // not begun: there is nothing to stop
	going                  // 2.7.9: may be stopped
	unsettled              // going, and 2.7.9 does not name it: the vendor decides
	leaving                // being stopped
	over
)

// stageOf reads a status in any spelling of the manuals: the API reference, the user
// interface of versions 11 and 12 (AOUG0202), and that of version 10 (AOUG0034),
// where "Stopped" means that it is being stopped.
func stageOf(status text) stage {
	plain := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, string(status))
	switch plain {
	case "waiting", "suspended", "holding":
		return asleep
	case "inprogress", "nowrunning", "running", "waitingforresponse", "waitingforinput",
		"abnormalitydetected", "abnormaldetection", "inprogresswitherror":
		return going
	case "longrunning":
		return unsettled
	case "inprogressterminating", "terminating", "stopped", "stopping":
		return leaving
	case "completed", "failed", "canceled", "cancelled":
		return over
	}
	return unheard
}
