package slack

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"quell/commands"
	"quell/commands/words"
)

// What opens for one person is drawn for the one who sent the delivery that is judged.
func TestInWhoseLanguageSomethingIsSaid(t *testing.T) {
	t.Parallel()
	s := chat(t)
	s.team, s.home.team = "T0QUELL", "T0QUELL"
	s.locales.note("U0ANNA", words.Pseudo)
	s.locales.note("C0INC", words.Pseudo)
	s.locales.note("U0BEN", "en-US")
	s.locales.note("U0BEN", "") // an answer without one says nothing
	approve := words.New("button.withdraw")
	in := func(user, team, channel string) string {
		to := ReplyTo{Person: commands.Person{Team: team, User: user}, Channel: channel}
		return s.toListener(withListener(t.Context(), to)).say(approve)
	}
	english, pseudo := "Withdraw", "⟦Wíìthdráàw⟧"
	assert.Equal(t, pseudo, in("U0ANNA", "T0QUELL", "C0OTHER"), "their own")
	assert.Equal(t, english, in("U0BEN", "T0QUELL", "C0INC"), "their own")
	assert.Equal(t, pseudo, in("U0CAT", "T0QUELL", "C0INC"), "of whom nothing is known: that of the channel")
	assert.Equal(t, english, in("U0ANNA", "T0OTHER", "C0OTHER"), "a namesake of another organization")
	assert.Equal(t, pseudo, in("U0BEN", "T0OTHER", "C0INC"), "the same")
	assert.Equal(t, english, s.toListener(t.Context()).say(approve), "nobody")
	s.Locale = words.Pseudo
	assert.Equal(t, pseudo, s.toListener(t.Context()).say(approve), "nobody, where a language is set")
	assert.Equal(t, english, in("U0BEN", "T0QUELL", "C0OTHER"), "people are answered in their own all the same")
}
