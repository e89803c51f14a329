package huaweicloud

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const domain = ".myhuaweicloud.com"

// Endpoint is the address of a service in a region, or override if there is one:
// European and partner sites use other domains. Where the vendor lists the regions
// of a service, no other is guessed.
func Endpoint(service, region, override string) (string, error) {
	if override != "" {
		return checkEndpoint(service, override)
	}
	if err := CheckID("region", region); err != nil {
		return "", err
	}
	switch service {
	case "iam":
		return iamEndpoint(region), nil
	case "fabric", "fabric-ep":
		if !slices.Contains(fabricRegions(), region) {
			return "", unlisted(service, region)
		}
	case "taurusdb":
		for prefix, regions := range taurusdbRegions() {
			if slices.Contains(regions, region) {
				return "https://" + prefix + "." + region + domain, nil
			}
		}
		return "", unlisted(service, region)
	}
	return "https://" + service + "." + region + domain, nil
}

// iamEndpoint is where the vendor's Go SDK (core/auth/internal/iam_endpoint.go, and for Dublin
// services/iam/v3/region) logs in from a region: a host of the region's own where it lists one,
// and else the global one. Dublin's is of another domain.
func iamEndpoint(region string) string {
	switch {
	case region == "eu-west-101":
		return "https://iam.eu-west-101.myhuaweicloud.eu"
	case slices.Contains(iamRegions(), region):
		return "https://iam." + region + domain
	}
	return "https://iam" + domain
}

func iamRegions() []string {
	return []string{
		"cn-north-1", "cn-north-2", "cn-north-4", "cn-north-9", "cn-east-2", "cn-east-3", "cn-east-4", "cn-east-5",
		"cn-south-1", "cn-south-2", "cn-southwest-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4",
		"af-south-1", "sa-brazil-1", "la-south-2", "na-mexico-1", "la-north-2", "eu-west-0", "my-kualalumpur-1",
		"ru-moscow-1", "me-east-1", "ae-ad-1", "tr-west-1",
	}
}

// fabricRegions are those of services/dataartsfabric*/v1/region of the vendor's Go
// SDK (v0.1.207). The sessions are served by a host of their own, fabric-ep.
func fabricRegions() []string { return []string{"cn-north-4", "cn-southwest-2"} }

// taurusdbRegions are the regions by the name that the service's host has there:
// it had three names in its life (services/gaussdb/v3/region, the same SDK).
func taurusdbRegions() map[string][]string {
	return map[string][]string{
		"gaussdb": {
			"cn-north-2", "cn-north-4", "cn-north-9", "cn-southwest-2", "cn-east-3", "cn-south-1", "cn-south-4",
			"ru-northwest-2", "ap-southeast-3", "ap-southeast-4", "sa-brazil-1",
		},
		"gaussdbformysql": {"tr-west-1", "ap-southeast-1", "ap-southeast-2", "cn-north-11", "me-east-1"},
		"gaussdb-mysql":   {"af-south-1", "cn-east-5", "la-north-2", "cn-southwest-3"},
	}
}

func unlisted(service, region string) error {
	return fmt.Errorf("%s endpoint: the vendor lists none for region %q; give the endpoint itself", service, region)
}

func checkEndpoint(service, override string) (string, error) {
	u, err := url.Parse(override)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return "", fmt.Errorf("%s endpoint: an address such as https://host is needed", service)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return "", fmt.Errorf("%s endpoint: only scheme, host and port belong in it", service)
	}
	return u.Scheme + "://" + u.Host, nil
}
