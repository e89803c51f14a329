package slacksim_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALocaleIsToldWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	s := start(t)
	locale := func(method, what, id string, asked bool) any {
		in := object{what: id}
		if asked {
			in["include_locale"] = "true"
		}
		return s.ok(method, in)[what].(object)["locale"]
	}
	for method, of := range map[string][2]string{"users.info": {"user", anna}, "conversations.info": {"channel", incident}} {
		assert.Nil(t, locale(method, of[0], of[1], false), method)
		assert.Equal(t, "en-US", locale(method, of[0], of[1], true), method)
		require.NoError(t, s.SetLocale(of[1], "ja-JP"))
		assert.Equal(t, "ja-JP", locale(method, of[0], of[1], true), method)
		assert.Nil(t, locale(method, of[0], of[1], false), method)
		require.NoError(t, s.SetLocale(of[1], ""))
		assert.Equal(t, "en-US", locale(method, of[0], of[1], true), method)
	}
	require.ErrorContains(t, s.SetLocale("C0NONE", "ja-JP"), "neither a person nor a channel C0NONE")
}

// The switch on the page is for all that its readers read: of a channel and of its members.
func TestAChannelInALanguageThatNobodySpeaks(t *testing.T) {
	t.Parallel()
	s := start(t)
	for on, want := range map[bool]string{true: "en-XA", false: "en-US"} {
		require.NoError(t, s.Switch(incident, "pseudo", on))
		assert.Equal(t, want, s.ok("conversations.info", object{"channel": incident, "include_locale": "true"})["channel"].(object)["locale"])
		assert.Equal(t, want, s.ok("users.info", object{"user": anna, "include_locale": "true"})["user"].(object)["locale"])
	}
}
