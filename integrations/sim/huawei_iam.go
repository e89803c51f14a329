package sim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// CreateToken is POST /v3/auth/tokens of IAM.
const CreateToken Op = "KeystoneCreateUserTokenByPassword"

// IAMUser is a user that may ask for tokens. The zero user may not.
type IAMUser struct{ Domain, Name, Password string }

// tokenLife is how long a token is good for (IAM API Reference, "Obtaining a
// User Token Through Password Authentication").
const tokenLife = 24 * time.Hour

type tokenRequest struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					Name     string `json:"name"`
					Password string `json:"password"`
					Domain   struct {
						Name string `json:"name"`
					} `json:"domain"`
				} `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope struct {
			Project *struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"project"`
		} `json:"scope"`
	} `json:"auth"`
}

func (g *huaweiGateway) createToken(in *arrival) answer {
	var req tokenRequest
	if err := json.Unmarshal(in.body, &req); err != nil || !slices.Contains(req.Auth.Identity.Methods, "password") {
		return iamError(in, http.StatusBadRequest, "The request body is invalid.")
	}
	if !g.knows(req) {
		return iamError(in, http.StatusUnauthorized, "The username or password is wrong.")
	}
	project, ok := g.scopeOf(req)
	if !ok {
		return iamError(in, http.StatusUnauthorized, "The project of the scope was not found.")
	}
	in.who, in.project = g.account.user.Name, project
	token := g.issue(in)
	in.out.Set("X-Subject-Token", token)
	return jsonAnswer(in.out, http.StatusCreated, g.tokenBody(in))
}

func (g *huaweiGateway) knows(req tokenRequest) bool {
	u := req.Auth.Identity.Password.User
	return u.Password != "" && equal(u.Password, g.account.user.Password) &&
		u.Name == g.account.user.Name && u.Domain.Name == g.account.user.Domain
}

// scopeOf names the project by its id, or by its name, which is the region's
// id. No project in the scope gives a token for the domain.
func (g *huaweiGateway) scopeOf(req tokenRequest) (project string, ok bool) {
	p := req.Auth.Scope.Project
	if p == nil {
		return "", true
	}
	return g.account.project, p.ID == g.account.project || p.ID == "" && p.Name == g.account.region
}

// issue makes a token of a real one's size, some kilobytes.
func (g *huaweiGateway) issue(in *arrival) string {
	token := "FAKETOKEN" + strings.Repeat(g.ids.next("token"), 80)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tokens == nil {
		g.tokens = map[string]huaweiToken{}
	}
	maps.DeleteFunc(g.tokens, func(_ string, t huaweiToken) bool { return !g.now().Before(t.expires) })
	g.tokens[token] = huaweiToken{user: in.who, project: in.project, expires: g.now().Add(tokenLife)}
	return token
}

func (g *huaweiGateway) tokenBody(in *arrival) any {
	const stamp = "2006-01-02T15:04:05.000000Z"
	now := g.now().UTC()
	domain := map[string]string{"name": g.account.user.Domain}
	token := map[string]any{
		"methods":    []string{"password"},
		"issued_at":  now.Format(stamp),
		"expires_at": now.Add(tokenLife).Format(stamp),
		"user":       map[string]any{"name": in.who, "domain": domain},
		"roles":      []any{},
		"catalog":    []any{},
	}
	if in.project != "" {
		token["project"] = map[string]any{"id": in.project, "name": g.account.region, "domain": domain}
	}
	return map[string]any{"token": token}
}

// iamError is IAM's shape of an error; its code is a number.
func iamError(in *arrival, status int, message string) answer {
	return jsonAnswer(in.out, status, map[string]any{"error": map[string]any{
		"code": status, "message": message, "title": http.StatusText(status),
	}})
}
