// Package wiring joins the parts into a running program, for cmd/quell and for
// cmd/playground alike.
//
//	settings.go  the environment of the process
//	targets.go   the file that names the systems (QUELL_CONFIG)
//	kinds.go     the kinds of target, each with its vendor's client: the only
//	             place that knows both commands and vendors
//	never.go     targets on which no call is ever made
//	program.go   the running program
//	rulebook.go  the policy file, read anew whenever it changes
//	manifest.go  the description of the Slack app
//	doctor.go    what is wrong with what a program would meet; doctor_systems.go reads the systems
//	byhand.go    what people can do at a system without the program
//	metrics.go   what a monitor reads
//	readiness.go whether people are served; Slack is waited for at the start
//	tokens.go    what is wrong with a token of Slack's
//	watched.go   another credential, or another token, that its file has by now
//
// A credential in the target file is always a reference (env:NAME or
// file:/path), never a value. A target that is broken is left out and said so;
// it never keeps the others from starting.
package wiring
