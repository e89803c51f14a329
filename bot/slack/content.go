package slack

import (
	"cmp"
	"iter"
	"strings"

	"github.com/slack-go/slack"
)

// content is a text as what a message says: sections that Slack shows whole and in which it
// makes no links of its own, and the text alone for where no blocks are shown, such as a
// notification. A text that is too long for blocks goes without them: then parse keeps Slack
// from making links (docs.slack.dev, chat.postMessage).
func content(text string, more ...slack.Block) []slack.MsgOption {
	return pushed(text, cut(text, maxSection), more...)
}

// pushed is content of which a push says a line of its own.
func pushed(text, push string, more ...slack.Block) []slack.MsgOption {
	if blocks := append(sections(text), more...); fits(blocks) {
		return []slack.MsgOption{slack.MsgOptionBlocks(blocks...), slack.MsgOptionText(push, false)}
	}
	return []slack.MsgOption{slack.MsgOptionText(text, false), slack.MsgOptionParse(false)}
}

// unfurlNothing keeps Slack from drawing what a link in a new message leads to. chat.update
// and chat.postEphemeral have no such arguments.
func unfurlNothing() slack.MsgOption {
	return slack.MsgOptionCompose(slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
}

// webhook is a text as an answer that one person sees.
func webhook(text string, more ...slack.Block) *slack.WebhookMessage {
	if blocks := append(sections(text), more...); fits(blocks) {
		return &slack.WebhookMessage{Text: cut(text, maxSection), Blocks: &slack.Blocks{BlockSet: blocks}, ResponseType: "ephemeral"}
	}
	return &slack.WebhookMessage{Text: text, Parse: "none", ResponseType: "ephemeral"}
}

// sections is a text in markup as blocks.
func sections(text string) (blocks []slack.Block) {
	for _, part := range parts(text, maxSection) {
		blocks = append(blocks, section(markdown(part)))
	}
	return blocks
}

// fence begins and ends a block of code, on a line of its own.
const fence = "```"

// parts divides a text between its lines into parts of at most so many characters. A block of code
// that fits into a part of its own is not divided; one that is goes on as one.
func parts(text string, most int) (all []string) {
	part, fenced, at := "", false, 0
	room := most - len(fence)
	for line := range linesWithin(text, room-len(fence)-2) {
		block := 0
		if !fenced && part != "" {
			block = characters(blockAt(text[at:]))
		}
		at += len(line)
		whole := block > room && block <= most-len(fence)
		if room -= characters(line); room < 0 || whole {
			all = append(all, part+map[bool]string{true: fence}[fenced])
			part = map[bool]string{true: fence + "\n"}[fenced]
			room = most - len(fence) - len(part) - characters(line)
		}
		part += line
		fenced = fenced != strings.HasPrefix(line, fence)
	}
	return append(all, part)
}

// blockAt is the block of code with which a text begins; "" for none.
func blockAt(text string) string {
	end := strings.Index(text[min(len(text), len(fence)):], "\n"+fence)
	if !strings.HasPrefix(text, fence) || end < 0 {
		return ""
	}
	return text[:end+2*len(fence)+1]
}

// linesWithin are the lines of a text; one of more than so many characters comes in pieces
// between its words.
func linesWithin(text string, most int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			for characters(line) > most {
				piece := cmp.Or(fitting(wordsOf(line), most), fitting(atomsOf(line), most), line)
				if !yield(piece) {
					return
				}
				line = line[len(piece):]
			}
			if line != "" && !yield(line) {
				return
			}
		}
	}
}

// section is a section whose text Slack never folds behind "See more".
func section(text *slack.TextBlockObject, options ...slack.SectionBlockOption) *slack.SectionBlock {
	return slack.NewSectionBlock(text, nil, nil, append(options, slack.SectionBlockOptionExpand(true))...)
}

// beside is a section with a control at its side.
func beside(text *slack.TextBlockObject, control slack.BlockElement, id string) *slack.SectionBlock {
	s := section(text, slack.SectionBlockOptionBlockID(id))
	s.Accessory = slack.NewAccessory(control)
	return s
}

// markdown is a text in Slack's markup, in which Slack makes no links of its own: not of a
// host name, a channel or a person that somebody named.
func markdown(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, cut(text, maxSection), false, true)
}

func plainText(text string, most int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, cut(text, most), false, false)
}
