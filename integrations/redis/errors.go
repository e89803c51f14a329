package redis

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"quell/integrations"
)

// meaning is what a documented error says. The text is how it begins.
type meaning struct {
	text string
	kind integrations.Kind
	hint string
}

// meanings are the server's refusals before it did anything, as Redis 7.0 and 8.0 and
// Valkey 9 word them. An error that is not here may be anybody's, a proxy's too, and says
// nothing of the deed.
func meanings() []meaning {
	return []meaning{
		{"NOPERM ", integrations.Forbidden, "redis.no-permission"},
		{"NOAUTH ", integrations.Unauthenticated, "redis.unauthenticated"},
		{"WRONGPASS ", integrations.Unauthenticated, "redis.unauthenticated"},
		{"DENIED Redis is running in protected mode", integrations.Unauthenticated, "redis.protected-mode"},
		{"DENIED Running in protected mode", integrations.Unauthenticated, "redis.protected-mode"}, // Valkey
		{"BUSY ", integrations.Busy, "redis.script-running"},
		{"ERR max number of clients reached", integrations.Busy, "redis.full"},
		{"ERR No such user", integrations.NotFound, "redis.none-ended"},
		{"ERR client-id should be greater than 0", integrations.Invalid, ""},
		{"ERR syntax error", integrations.Invalid, "redis.too-old"}, // CLIENT LIST ID came with 6.2
		{"ERR unknown command", integrations.Unsupported, "redis.too-old"},
		{"ERR unknown subcommand", integrations.Unsupported, "redis.too-old"},
		{"LOADING ", integrations.Unavailable, "redis.loading"},
	}
}

// failure is what became of a command that was not answered as documented. What
// was connected and brought no answer may have reached the server.
func (l *link) failure(op string, err error) *integrations.Error {
	e := &integrations.Error{Vendor: Vendor, Op: op}
	if refused, ok := errors.AsType[goredis.Error](err); ok && !errors.Is(err, goredis.Nil) {
		e.Kind, e.Hint = classify(refused.Error())
		e.Code = code(refused.Error())
		return e
	}
	e.Kind, e.Cause = l.broken(err)
	switch hint := integrations.Network(l.onTheWay(err)); {
	case l.certAsked.Load() && insists(err):
		e.Hint = "redis.certificate-wanted"
	case hint != "" && l.ctx.Err() == nil:
		e.Hint, e.Host = hint, l.c.server
	}
	return e
}

// onTheWay is err in the terms of integrations.Network. go-redis has one word for an answer that
// broke off and for none.
func (l *link) onTheWay(err error) error {
	switch conn := l.line.Load(); {
	case conn == nil:
		return err
	case conn.wantsTLS():
		return integrations.ErrWantsTLS
	case conn.midway() && errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// insists says that the server ended the connection for want of a certificate. In TLS 1.2
// OpenSSL says so with a handshake failure, which means other things where none was asked for
// (RFC 5246 section 7.4.6, RFC 8446 section 4.4.2.4). crypto/tls has a type of its own for an
// alert that came over TCP, and only the words in common with AlertError.
func insists(err error) bool {
	alert, ok := errors.AsType[*net.OpError](err)
	if !ok || alert.Op != "remote error" {
		return false
	}
	const handshakeFailure, badCertificate, certificateRequired tls.AlertError = 40, 42, 116
	return slices.Contains([]string{handshakeFailure.Error(), badCertificate.Error(), certificateRequired.Error()}, alert.Err.Error())
}

// classify reads a server's error.
func classify(text string) (kind integrations.Kind, hint string) {
	for _, m := range meanings() {
		if len(text) >= len(m.text) && strings.EqualFold(text[:len(m.text)], m.text) {
			return m.kind, m.hint
		}
	}
	return integrations.Garbled, ""
}

// codes are the first words of a server's errors, as Redis 7.0 and 8.0 and Valkey 9 use them.
func codes() []string {
	return []string{
		"ASK", "BUSY", "CLUSTERDOWN", "CROSSSLOT", "DENIED", "EXECABORT", "LOADING", "MASTERDOWN", "MISCONF", "MOVED",
		"NOAUTH", "NOPERM", "NOPROTO", "NOREPLICAS", "NOSCRIPT", "NOTBUSY", "OOM", "READONLY", "TRYAGAIN", "UNKILLABLE",
		"WRONGPASS", "WRONGTYPE",
	}
}

// anyError is the code of the errors that have none of their own ("Redis serialization
// protocol", simple errors).
const anyError = "ERR"

// code is the server's own word for an error. A word that is not known may be what the server
// was sent, a password or a part of it, and is told as any error.
func code(text string) string {
	word, _, _ := strings.Cut(text, " ")
	for _, known := range codes() {
		if strings.EqualFold(word, known) {
			return known
		}
	}
	return anyError
}

var errBroken = errors.New("the answer is none of Redis' protocol")

// broken is the Kind of an exchange without an answer, and what of its error may be told:
// go-redis quotes the answer in its own.
func (l *link) broken(err error) (integrations.Kind, error) {
	kind := integrations.NoAnswer
	if !l.connected.Load() {
		kind = integrations.NotSent
	}
	if ended := l.ctx.Err(); ended != nil {
		return kind, ended
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, errDialed, errElsewhere} {
		if errors.Is(err, known) {
			return kind, known
		}
	}
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return kind, cert
	}
	if network, ok := errors.AsType[*net.OpError](err); ok { // which names addresses only
		return kind, network
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return kind, context.DeadlineExceeded
	}
	if kind == integrations.NoAnswer {
		kind = integrations.Garbled
	}
	return kind, errBroken
}

// unsupported is what we refuse ourselves, without a call.
func unsupported(op, hint string) *integrations.Error {
	return &integrations.Error{Kind: integrations.Unsupported, Vendor: Vendor, Op: op, Hint: hint}
}

// unsent is a kill that was kept back for what was read just before it.
func unsent(hint string) error {
	return &integrations.Error{Kind: integrations.NotSent, Vendor: Vendor, Op: opKill, Hint: hint}
}

func garbled(op string) error {
	return &integrations.Error{Kind: integrations.Garbled, Vendor: Vendor, Op: op, Cause: errBroken}
}
