package slack

import (
	"cmp"
	"context"
	"sync"
)

// locales are the languages of people and of channels, by their ids, as Slack told them with the
// last look-up that was made for another reason (docs.slack.dev, users.info and conversations.info,
// include_locale): nothing is ever looked up for a language alone. Unlike other answers they are
// kept where the rest of an answer is dropped, so that a card does not change its language and back.
type locales struct {
	mu   sync.Mutex
	told map[string]string
}

func (l *locales) note(id, locale string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if locale != "" {
		l.told[id] = locale
	}
}

// of is the locale of a person or of a channel; "" where it is not known.
func (l *locales) of(id string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.told[id]
}

// noting is a look-up that notes the locale in its answer.
func noting[T any](l *locales, ask fetch[T], in func(T) string) fetch[T] {
	return func(ctx context.Context, id string) (T, error) {
		answer, err := ask(ctx, id)
		if err == nil {
			l.note(id, in(answer))
		}
		return answer, err
	}
}

// in is c saying things in a locale; in its own where that is "".
func (c Config) in(locale string) Config {
	c.Locale = cmp.Or(locale, c.Locale)
	return c
}

// inChannel says things in the language of a channel: the one that is set, else the channel's own.
func (s *Slack) inChannel(id string) Config { return s.in(cmp.Or(s.Locale, s.locales.of(id))) }

// toOne says things in the language of one person, and by the names that they may read: their own
// language, else that of the channel where they spoke. A user id of another organization may be somebody
// else's here.
func (s *Slack) toOne(to ReplyTo) Config {
	locale := ""
	if s.Named(to).Team == s.team {
		locale = s.locales.of(to.Person.User)
	}
	c := s.inChannel(to.Channel).in(locale)
	c.names = s.namesFor(s.Named(to))
	return c
}

type listenerKey struct{}

// withListener has what is drawn below ctx be for whoever sent a delivery: in their language.
func withListener(ctx context.Context, to ReplyTo) context.Context {
	return context.WithValue(ctx, listenerKey{}, to)
}

// toListener says things in the language of the person for whom ctx is; where it is for nobody, in
// that which is set.
func (s *Slack) toListener(ctx context.Context) Config {
	to, ok := ctx.Value(listenerKey{}).(ReplyTo)
	if !ok {
		return s.Config
	}
	return s.toOne(to)
}
