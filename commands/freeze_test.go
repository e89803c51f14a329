package commands_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quell/commands"
)

// What follows the system is the reason, flags or not, quotes or not.
func TestParseFreeze(t *testing.T) {
	phone := commands.Keyboard{Dashes: "–—", Quotes: []string{`"“”`}}
	for text, want := range map[string]commands.Freeze{
		"":                                           {},
		"  ":                                         {},
		"all":                                        {},
		"ALL the vendor is down":                     {Reason: "the vendor is down"},
		"--all the vendor is down":                   {Reason: "the vendor is down"},
		"ＡＬＬ the vendor is down":                     {Reason: "the vendor is down"},
		"`all` the vendor is down":                   {Reason: "the vendor is down"},
		"cache-prod":                                 {Target: "cache-prod"},
		"cache-prod vendor has  an\n outage":         {Target: "cache-prod", Reason: "vendor has an outage"},
		`cache-prod "vendor has an outage"`:          {Target: "cache-prod", Reason: "vendor has an outage"},
		`"cache-prod" outage`:                        {Target: "cache-prod", Reason: "outage"},
		`cache-prod the "blue" one leaks`:            {Target: "cache-prod", Reason: `the "blue" one leaks`},
		`cache-prod "blue" and "green" leak`:         {Target: "cache-prod", Reason: `"blue" and "green" leak`},
		`cache-prod "never closed`:                   {Target: "cache-prod", Reason: `"never closed`},
		"cache-prod it doesn't answer":               {Target: "cache-prod", Reason: "it doesn't answer"},
		`cache-prod --reason "vendor outage"`:        {Target: "cache-prod", Reason: "vendor outage"},
		`cache-prod --reason vendor outage`:          {Target: "cache-prod", Reason: "vendor outage"},
		`cache-prod --Reason="vendor outage"`:        {Target: "cache-prod", Reason: "vendor outage"},
		`cache-prod --reason=vendor outage`:          {Target: "cache-prod", Reason: "vendor outage"},
		`cache-prod -reason vendor outage`:           {Target: "cache-prod", Reason: "vendor outage"},
		`cache-prod —reason “vendor outage”`:         {Target: "cache-prod", Reason: "vendor outage"},
		`cache-prod --reason "vendor outage" again`:  {Target: "cache-prod", Reason: "vendor outage again"},
		`cache-prod --ticket INC-7 leaks`:            {Target: "cache-prod", Reason: "--ticket INC-7 leaks"},
		`cache-prod leaks --reason or so`:            {Target: "cache-prod", Reason: "leaks --reason or so"},
		`--reason x`:                                 {Reason: "x"},
		`--reason vendor has an outage`:              {Reason: "vendor has an outage"},
		`--reason "vendor has an outage"`:            {Reason: "vendor has an outage"},
		`--reason "vendor has an outage" cache-prod`: {Target: "cache-prod", Reason: "vendor has an outage"},
		`--reason="vendor outage" all of it`:         {Reason: "vendor outage of it"},
		`vendor outage`:                              {Target: "vendor", Reason: "outage"},
		"all: vendor outage":                         {Reason: "vendor outage"},
		"ALL： vendor outage":                         {Reason: "vendor outage"},
		"`all`: vendor outage":                       {Reason: "vendor outage"},
		"all:":                                       {},
		"all, vendor outage":                         {Reason: "vendor outage"},
		"cache-prod: vendor outage":                  {Target: "cache-prod", Reason: "vendor outage"},
		"cache-prod, vendor outage":                  {Target: "cache-prod,", Reason: "vendor outage"},
		": vendor outage":                            {Target: ":", Reason: "vendor outage"},
	} {
		got, err := commands.ParseFreeze("freeze", text, phone)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for sub, text := range map[string]string{"*freeze": "cache-prod it leaks badly*", "freeze": "_cache-prod it leaks badly_", "`freeze`": "cache-prod it leaks badly"} {
		got, err := commands.ParseFreeze(sub, text, phone)
		require.NoError(t, err)
		require.Equal(t, "it leaks badly", got.Reason, "the mark that closes what was copied is no part of it")
	}
	_, err := commands.ParseFreeze("freeze", "cache-prod a\x00b", phone)
	var m *commands.Mistake
	require.ErrorAs(t, err, &m)
	_, err = commands.ParseFreeze("freeze", "cache-\u200bprod leaks", phone)
	require.ErrorAs(t, err, &m)
}
