package integrations_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quell/integrations"
)

// A field is a value as it came, also an empty one, or it is known that nothing is known.
func TestWhatAVendorGave(t *testing.T) {
	const long = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
	for body, want := range map[string]struct{ each, some integrations.Trait }{
		`{"f":"` + long + `"}`: {integrations.Trait{Values: []string{long}}, integrations.Trait{Values: []string{long}}},
		`{"f":""}`:             {integrations.Trait{Values: []string{""}}, integrations.Trait{Values: []string{""}}},
		`{"f":7}`:              {integrations.Trait{Values: []string{"7"}}, integrations.Trait{Values: []string{"7"}}},
		`{"f":false}`:          {integrations.Trait{Values: []string{"false"}}, integrations.Trait{Values: []string{"false"}}},
		`{"f":"a\u202eb"}`:     {integrations.Trait{Values: []string{"a\u202eb"}}, integrations.Trait{Values: []string{"a\u202eb"}}},
		`{}`:                   {integrations.Trait{Unknown: true}, integrations.Trait{}},
		`{"f":null}`:           {integrations.Trait{Unknown: true}, integrations.Trait{}},
		`{"f":{"id":1}}`:       {integrations.Trait{Values: []string{""}, Unknown: true}, integrations.Trait{Values: []string{""}, Unknown: true}},
		`{"f":["a"]}`:          {integrations.Trait{Values: []string{""}, Unknown: true}, integrations.Trait{Values: []string{""}, Unknown: true}},
		`{"f":"a\ud800b"}`:     {integrations.Trait{Values: []string{"a\ufffdb"}, Unknown: true}, integrations.Trait{Values: []string{"a\ufffdb"}, Unknown: true}},
	} {
		var row struct {
			F integrations.Given `json:"f"`
		}
		require.NoError(t, json.Unmarshal([]byte(body), &row), body)
		assert.Equal(t, want.each, integrations.Each(row.F), body)
		assert.Equal(t, want.some, integrations.Some(row.F), body)
	}
	var again integrations.Given
	require.NoError(t, json.Unmarshal([]byte(`"a"`), &again))
	require.NoError(t, json.Unmarshal([]byte(`null`), &again))
	assert.Empty(t, again.String(), "what a row before it said is gone")
	assert.True(t, integrations.Each(integrations.Say("a\xff")).Unknown, "a value that JSON could not keep")
}

func TestATraitMayBe(t *testing.T) {
	is := func(v string) bool { return v == "a" }
	for _, c := range []struct {
		trait integrations.Trait
		may   bool
	}{
		{integrations.Trait{}, false},
		{integrations.Trait{Values: []string{"b"}}, false},
		{integrations.Trait{Values: []string{"b", "a"}}, true},
		{integrations.Trait{Unknown: true}, true},
		{integrations.Trait{Values: []string{"b"}, Unknown: true}, true},
		{integrations.Trait{Values: []string{"b"}}.Or(integrations.Trait{Values: []string{"a"}}), true},
		{integrations.Trait{Values: []string{"b"}}.Or(integrations.Trait{Unknown: true}), true},
	} {
		assert.Equal(t, c.may, c.trait.May(is), "%+v", c.trait)
	}
}

// A plan is judged again after it was stored: what is in it is what was seen. One that was
// stored before things had traits says nothing of them.
func TestTraitsAreStored(t *testing.T) {
	thing := integrations.Thing{ID: "1", Traits: integrations.Traits{
		Read: true, Names: integrations.Trait{Values: []string{"worker"}}, Users: integrations.Trait{Values: []string{""}},
		Addresses: integrations.Trait{Unknown: true}, MaybeOwn: true,
	}}
	body, err := json.Marshal(thing)
	require.NoError(t, err)
	var stored integrations.Thing
	require.NoError(t, json.Unmarshal(body, &stored))
	assert.Equal(t, thing, stored)

	const before = `{"id":"1","name":"1","identity":null,"facts":[{"name":"user","value":"backup"}],"own":true}`
	stored = integrations.Thing{}
	require.NoError(t, json.Unmarshal([]byte(before), &stored))
	assert.Equal(t, integrations.Traits{}, stored.Traits)
	assert.True(t, stored.Own)
	body, err = json.Marshal(stored)
	require.NoError(t, err)
	assert.JSONEq(t, before, string(body), "and stays as it was stored")
}
