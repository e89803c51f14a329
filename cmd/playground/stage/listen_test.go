package main

import (
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A port that somebody else has keeps nobody from playing: the next free one is taken, unless the
// port was asked for.
func TestAUsualPortThatIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	usual := taken.Addr().String()

	next, err := listen(t.Context(), "", usual)
	require.NoError(t, err)
	defer func() { _ = next.Close() }()
	was, is := taken.Addr().(*net.TCPAddr).Port, next.Addr().(*net.TCPAddr).Port
	assert.Greater(t, is, was)
	assert.Less(t, is, was+usualPorts)

	_, err = listen(t.Context(), usual, usual)
	assert.ErrorContains(t, err, usual+" is taken: give another with -listen")
	_, err = listen(t.Context(), "0.0.0.0:0", usual)
	assert.ErrorContains(t, err, "on this machine only")
}
