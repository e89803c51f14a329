package wiring

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"quell/commands/words"
	"quell/policy/strictyaml"
)

// What people can do at a system without this program, by kind, with the target's own ids. The
// steps are those of the vendors' documents; where these give none, none are named.

// ByHand tells what people can do at a target of a file without this program. Only the file is
// needed: no credential is read, and nothing is called.
func ByHand(file, target string) (words.Message, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return words.Message{}, fmt.Errorf("QUELL_CONFIG: %w", err)
	}
	parts := partsOf(file, data)
	part, known := parts[target]
	switch {
	case len(parts) == 0:
		return words.Message{}, fmt.Errorf("%s names no systems that can be read", file)
	case !known:
		return words.Message{}, CheckTarget(file, target)
	}
	name := part.Text("kind").Value
	for _, k := range kinds() {
		if k.Kind == name {
			return k.byHand(part), nil
		}
	}
	return words.Message{}, fmt.Errorf("%s: I know no kind of target %q, so I cannot say what to do there", target, name)
}

// partsOf are the targets of a file as they stand there, whatever is wrong with them.
func partsOf(file string, data []byte) map[string]strictyaml.Part {
	var f targetFile
	strictyaml.LoadPrivate(file, data, &f)
	return f.Targets
}

// given is a value of the file, as it stands there.
func given(part strictyaml.Part, key string) string { return part.Text(key).Value }

// unsaid is in the place of what the file does not give, or what cannot be told from a password.
const unsaid = "…"

// address is the endpoint of a target, of which only scheme, host and port are for people: a
// password may be written into the rest. Where it has an @ behind the host, what reads as the host
// may be a part of one (https://user:pass/word@host); then there is none.
func address(part strictyaml.Part) (u url.URL, ok bool) {
	written, err := url.Parse(given(part, "endpoint"))
	if err != nil || written.Scheme == "" || written.Hostname() == "" || strings.Contains(written.RequestURI()+written.Fragment, "@") {
		return url.URL{}, false
	}
	return url.URL{Scheme: written.Scheme, Host: written.Host}, true
}

// addressOf is address as it is said.
func addressOf(part strictyaml.Part) string {
	if u, ok := address(part); ok {
		return u.String()
	}
	return unsaid
}

// lacks says that the file does not say one of what names a target to people: then they are told of
// the kind of system alone.
func lacks(values ...string) bool {
	return slices.Contains(values, "")
}

// where is the region of a target of Huawei Cloud, or the address that the file has in its place; ""
// for neither.
func where(part strictyaml.Part) string {
	if given(part, "endpoint") == "" {
		return given(part, "region")
	}
	return cmp.Or(given(part, "region"), addressOf(part))
}

// byHandDCS: "Viewing Client Information of a DCS Instance Session" (DCS User Guide).
func byHandDCS(part strictyaml.Part) words.Message {
	region, instance := where(part), given(part, "instance_id")
	if lacks(region, instance) {
		return words.New("by-hand.dcs")
	}
	return words.New("meanwhile.dcs", words.V{"region": words.Code(region), "instance": words.Code(instance)})
}

func byHandFabric(part strictyaml.Part) words.Message {
	region, workspace := where(part), given(part, "workspace_id")
	if lacks(region, workspace) {
		return words.New("by-hand.fabric")
	}
	return words.New("meanwhile.fabric", words.V{"region": words.Code(region), "workspace": words.Code(workspace)})
}

// byHandTaurusDB: "Rebooting a Proxy Instance" (TaurusDB User Guide).
func byHandTaurusDB(part strictyaml.Part) words.Message {
	region, instance := where(part), given(part, "instance_id")
	if lacks(region, instance) {
		return words.New("by-hand.taurusdb")
	}
	return words.New("meanwhile.taurusdb", words.V{"region": words.Code(region), "instance": words.Code(instance)})
}

// byHandHULFT: StartupAgent and Restrictions of the Agent Guide.
func byHandHULFT(strictyaml.Part) words.Message { return words.New("meanwhile.hulft") }

func byHandJP1AO(part strictyaml.Part) words.Message {
	if lacks(given(part, "endpoint")) {
		return words.New("by-hand.jp1ao")
	}
	return words.New("meanwhile.jp1ao", words.V{"endpoint": words.Code(addressOf(part))})
}

// byHandRedis: --askpass keeps the password out of the shell's history ("redis-cli").
func byHandRedis(part strictyaml.Part) words.Message {
	if lacks(given(part, "endpoint")) {
		return words.New("by-hand.redis")
	}
	command := []string{"redis-cli", "-h", unsaid}
	if u, ok := address(part); ok {
		command = []string{"redis-cli", "-h", u.Hostname(), "-p", cmp.Or(u.Port(), "6379")}
		if u.Scheme == "rediss" {
			command = append(command, "--tls")
		}
	}
	if file := given(part, "ca_file"); file != "" {
		command = append(command, "--cacert", file)
	}
	if user := given(part, "user"); user != "" {
		command = append(command, "--user", user)
	}
	if given(part, "password") != "" {
		command = append(command, "--askpass")
	}
	return words.New("meanwhile.redis", words.V{"command": words.Code(strings.Join(append(command, "CLIENT", "LIST"), " "))})
}
