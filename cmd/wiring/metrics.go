package wiring

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what a monitor reads, at /metrics and /ready of QUELL_LISTEN.
type metrics struct {
	registry *prometheus.Registry
	ready    *readiness
	policy   prometheus.Gauge
	vacant   prometheus.Gauge
}

func newMetrics() metrics {
	ready := newReadiness()
	m := metrics{prometheus.NewRegistry(), ready, prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "quell_policy_file_good", Help: "1 if the policy file is the policy in force, 0 if it has mistakes and an older one stays in force.",
	}), prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "quell_policy_vacancies", Help: "User groups and people that the policy names and behind which there is nobody, as last looked up.",
	})}
	m.registry.MustRegister(m.policy, m.vacant)
	m.gauge("quell_ready", "1 if Slack brings what people say and takes what the bot says, 0 if not; /ready says why.", func() float64 {
		return map[bool]float64{true: 1}[len(ready.now()) == 0]
	})
	m.good(true)
	return m
}

// gauge adds a gauge whose value is asked for.
func (m metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

func (m metrics) good(good bool) {
	m.policy.Set(map[bool]float64{true: 1}[good])
}

func (m metrics) vacancies(n int) { m.vacant.Set(float64(n)) }

// serve answers on an address until ctx ends; "" for nowhere.
func (m metrics) serve(ctx context.Context, address string, log *slog.Logger) error {
	if address == "" {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.Handle("GET /ready", m.ready)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics are no longer served", "err", err)
		}
	}()
	log.Info("metrics", "address", l.Addr().String())
	return nil
}
