package commands_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
)

func TestWhatIsReadOfAnAlert(t *testing.T) {
	t.Parallel()
	for text, sure := range map[string][]string{
		"cache-prod: 10.63.238.158:2048 holds a lock":         {"10.63.238.158:2048"},
		"clients `10.63.238.158:2048`, (10.63.240.33:60122).": {"10.63.238.158:2048", "10.63.240.33:60122"},
		"host 10.63.238.158 is slow; 10.63.238.158 again":     {"10.63.238.158"},
		"[2001:db8::1]:6379 and 2001:db8::2.":                 {"[2001:db8::1]:6379", "2001:db8::2"},
		"task: 4711 hangs for 2048 s":                         {"4711"},
		"task 4711 hangs, session expired":                    {"4711"},
		"*Agent:* `osaka-01:send`":                            {"osaka-01:send"},
		"「10.63.238.158:2048」が応答しません。タスク：４７１１、エージェント: osaka-01":        {"4711", "osaka-01", "10.63.238.158:2048"},
		"session id = 8f7ee181-88e2-49b7-a4bf-81f18f93a135":            {"8f7ee181-88e2-49b7-a4bf-81f18f93a135"},
		"client id 11682 and task no. 4711, session id expired":        {"11682", "4711"},
		"see 8f7ee18188e249b7a4bf81f18f93a135":                         {"8f7ee18188e249b7a4bf81f18f93a135"},
		"p99 at 03:12 on 2026-11-28 is 2.5s, 80% of 1024, v1.2.3":      nil,
		"https://grafana.example/d/abc?client=10.0.0.1:80 is no thing": nil,
		"the deadbeefdeadbeef of prose, 12345678901234":                nil,
		"":                                       nil,
		strings.Repeat("[", 9000) + "10.0.0.1:1": {"10.0.0.1:1"},
	} {
		assert.Equal(t, sure, commands.ReadAlert(text).Sure, "%.80s", text)
	}
}

func TestWordsOfAnAlertMayBeNames(t *testing.T) {
	t.Parallel()
	a := commands.ReadAlert("cache-prod is slow for checkout-worker (10.0.0.1:80), since 03:12")
	assert.Contains(t, a.Words, "cache-prod")
	assert.Contains(t, a.Words, "checkout-worker")
	assert.NotContains(t, a.Words, "10.0.0.1:80", "it is read already")
}

// Of an alert no more is read than anybody would act on, and what is left out is counted.
func TestALongAlertIsCutAndCounted(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "10.0.0.%d:%d word%d ", i%250, 1000+i, i)
	}
	a := commands.ReadAlert(b.String())
	assert.Len(t, a.Sure, commands.MostRead)
	assert.Equal(t, 300-commands.MostRead, a.Left)
	assert.Len(t, a.Words, 200)
}
