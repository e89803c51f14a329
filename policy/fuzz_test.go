package policy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/commands"
	"quell/policy"
)

// Whatever stands in a file, Load returns either a policy or an error, the same
// each time; and no policy lets through what nobody filled in.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/*.txt", "testdata/*.txtar"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		require.NotEmpty(f, files)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			for _, part := range txtar.Parse(data).Files {
				f.Add(part.Data)
			}
		}
	}
	f.Add([]byte(open))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := policy.Load("policy.yaml", data, known)
		again, errAgain := policy.Load("policy.yaml", data, known)
		require.Equal(t, p, again)
		if err != nil {
			require.Nil(t, p)
			require.EqualError(t, errAgain, err.Error())
			return
		}
		require.NotNil(t, p)
		require.NoError(t, errAgain)
		assert.Equal(t, policy.Refuse, p.Admit(policy.Ask{}).Verdict)
		a := fits()
		a.By.Standing = ""
		assert.Equal(t, policy.Refuse, p.Decide(a, commands.Plan{}).Verdict)
		d := p.Decide(fits(), commands.Plan{})
		assert.NotZero(t, d.Why)
		assert.Equal(t, d.Verdict == policy.Consult, d.Need > 0 && len(d.From) > 0, "%+v", d)
	})
}
