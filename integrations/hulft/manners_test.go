package hulft_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quell/integrations"
	"quell/integrations/hulft"
	"quell/integrations/vendortest"
)

func TestManners(t *testing.T) {
	vendortest.RunHTTP(t, vendortest.HTTP{
		Connect: func(url string, opts integrations.ClientOptions) (vendortest.Calls, error) {
			client, err := hulft.New(hulft.Config{Endpoint: url, APIKey: key, ReadKey: readKey, Limiter: open{}}, integrations.NewClient(opts), time.Now)
			if err != nil {
				return vendortest.Calls{}, err
			}
			return vendortest.Calls{
				Read: func(ctx context.Context) error {
					_, err := client.Agents(ctx)
					return err
				},
				Write: func(ctx context.Context) error {
					_, err := client.Disconnect(ctx, thing())
					return err
				},
			}, nil
		},
		Secrets: []string{key, readKey},
		Refusal: func(_ int, message string) string { return fmt.Sprintf(`{"code":"E000000","message":%q}`, message) },
	})
}

// open always has room: what a ban does is tested beside.
type open struct{}

func (open) Take(context.Context, time.Time, integrations.Limit, integrations.Use) (integrations.NoRoom, error) {
	return integrations.NoRoom{}, nil
}

func (open) Ban(context.Context, string, time.Time) error { return nil }
