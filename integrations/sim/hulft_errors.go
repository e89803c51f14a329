package sim

import (
	"net/http"
	"strconv"
	"time"
)

// hulftError has the shape of ErrResp. Of the codes one is published, and that is for
// something else; these are made up.
func hulftError(in *arrival, status int) answer {
	code, message := "E900000", "An internal error occurred."
	switch status {
	case http.StatusBadRequest:
		code, message = "E300001", "The request is invalid."
	case http.StatusUnauthorized:
		code, message = "E100001", "The API key is invalid."
	case http.StatusForbidden:
		code, message = "E100002", "The API key does not have the scope."
	case http.StatusMethodNotAllowed:
		code, message = "E100004", "The method is not allowed."
	case http.StatusTooManyRequests:
		code, message = "E100003", "The number of requests exceeded the limit."
	}
	return jsonAnswer(in.out, status, map[string]string{"code": code, "message": message})
}

// refuse puts a fault into the words of HULFT-WebConnect. It documents no "not now".
func (h *HULFT) refuse(in *arrival, f Fault) answer {
	switch f {
	case Throttled:
		return h.tooMany(in, h.now().Add(5*time.Second))
	case Busy:
		return hulftError(in, http.StatusBadRequest)
	case Forbidden:
		return hulftError(in, http.StatusForbidden)
	default:
		return hulftError(in, http.StatusInternalServerError)
	}
}

// tooMany says until when the contract is shut out.
func (h *HULFT) tooMany(in *arrival, until time.Time) answer {
	after := strconv.Itoa(int((until.Sub(h.now()) + time.Second - 1) / time.Second)) // never too early
	h.mu.Lock()
	dated := h.dated
	h.mu.Unlock()
	if dated {
		after = until.UTC().Format(http.TimeFormat)
	}
	in.out.Set("Retry-After", after)
	return hulftError(in, http.StatusTooManyRequests)
}
