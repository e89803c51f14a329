package sim

import "net/http"

// dcsCode is an error code of the DCS API Reference, appendix "Error Codes".
type dcsCode string

const (
	emptyBody     dcsCode = "111400004"
	malformedBody dcsCode = "111400005"
	badToken      dcsCode = "DCS.1001"
	wrongProject  dcsCode = "DCS.1004"
	notPermitted  dcsCode = "DCS.2007"
	noInstance    dcsCode = "DCS.3022"
	wrongNode     dcsCode = "DCS.3053"
	notOnThisNode dcsCode = "DCS.4027"
	notRunning    dcsCode = "DCS.4049"
	// The published example of an answer to a bad offset; played for a bad
	// limit too, for which no code is documented.
	wrongPage    dcsCode = "DCS.4800"
	notSupported dcsCode = "DCS.4848"
	notNow       dcsCode = "DCS.4957"
	internal     dcsCode = "DCS.5000"
)

func (c dcsCode) meaning() (status int, message string) {
	switch c {
	case emptyBody:
		return http.StatusBadRequest, "Empty request body."
	case malformedBody:
		return http.StatusBadRequest, "The message body contains invalid characters or is not in JSON format."
	case badToken:
		return http.StatusUnauthorized, "Invalid token."
	case wrongProject:
		return http.StatusUnauthorized, "The project ID does not match the token."
	case notPermitted:
		return http.StatusForbidden, "Policy does not allow this action to be performed."
	case noInstance:
		return http.StatusNotFound, "This DCS instance does not exist."
	case wrongNode:
		return http.StatusBadRequest, "Invalid node ID."
	case notOnThisNode:
		return http.StatusBadRequest, "This operation is not supported on this node."
	case notRunning:
		return http.StatusBadRequest, "The instance status is not running."
	case wrongPage:
		return http.StatusBadRequest, "Invalid offset in the request."
	case notSupported:
		return http.StatusBadRequest, "Client management is not supported by this instance."
	case notNow:
		return http.StatusBadRequest, "This operation is not allowed when the task is in the current state."
	default:
		return http.StatusInternalServerError, "Internal service error."
	}
}

func dcsError(in *arrival, code dcsCode) answer {
	status, message := code.meaning()
	return jsonAnswer(in.out, status, map[string]any{
		"error_code": code, "error_msg": message,
		"error_ext_msg": nil, // documented as not used
	})
}

func noSuchAPI(in *arrival) answer {
	return gatewayError(in.out, http.StatusNotFound, "APIGW.0101",
		"The API does not exist or has not been published in the environment")
}

// refuse puts a fault into the words of DCS or, for a limit that was exceeded,
// of the gateway before it.
func (d *DCS) refuse(in *arrival, f Fault) answer {
	switch f {
	case Throttled:
		in.out.Set("Retry-After", "1")
		return gatewayError(in.out, http.StatusTooManyRequests, "APIGW.0308",
			"The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 minute")
	case Busy:
		return dcsError(in, notNow)
	case Forbidden:
		return dcsError(in, notPermitted)
	default:
		return dcsError(in, internal)
	}
}
