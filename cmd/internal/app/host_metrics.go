package app

import "github.com/prometheus/client_golang/prometheus"

// gatherers are the metrics of this process and of the counties that it leads now.
func (h *Host) gatherers() prometheus.Gatherers {
	all := prometheus.Gatherers{h.registry}
	for _, s := range h.seats {
		s.mu.Lock()
		if s.app != nil {
			all = append(all, s.app.metrics.registry)
		}
		s.mu.Unlock()
	}
	return all
}

// seatGauges are what this process is to its counties.
type seatGauges struct{ host *Host }

// Describe implements prometheus.Collector.
func (g seatGauges) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(g, ch) }

// Collect implements prometheus.Collector.
func (g seatGauges) Collect(ch chan<- prometheus.Metric) {
	send := func(name, help, county string, yes bool) {
		value := 0.0
		if yes {
			value = 1
		}
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, []string{"county"}, nil), prometheus.GaugeValue, value, county)
	}
	for _, s := range g.host.seats {
		s.mu.Lock()
		leads, warm, size := s.app != nil, s.warm, s.size
		s.mu.Unlock()
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc("fanzha_county_entries", "Entries that the county's ledger is known to have, whoever leads it.", []string{"county"}, nil),
			prometheus.GaugeValue, float64(size), s.id)
		send("fanzha_leads", "1 if this process leads the county.", s.id, leads)
		send("fanzha_stands_by", "1 if this process could lead the county at once.", s.id, warm)
	}
	g.host.mu.Lock()
	living := len(g.host.living)
	g.host.mu.Unlock()
	ch <- prometheus.MustNewConstMetric(prometheus.NewDesc("fanzha_processes", "Processes that share the counties and live.", nil, nil), prometheus.GaugeValue, float64(living))
}
