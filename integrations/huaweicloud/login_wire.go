package huaweicloud

type loginBody struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User loginUser `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope struct {
			Project loginProject `json:"project"`
		} `json:"scope"`
	} `json:"auth"`
}

type loginUser struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Domain   struct {
		Name string `json:"name"`
	} `json:"domain"`
}

// loginProject is scoped by name or by id.
type loginProject struct {
	Name string `json:"name,omitempty"`
	ID   string `json:"id,omitempty"`
}

func newLoginBody(cfg Config) loginBody {
	var b loginBody
	c := cfg.Credentials
	b.Auth.Identity.Methods = []string{"password"}
	b.Auth.Identity.Password.User = loginUser{Name: c.User, Password: c.Password.Reveal()}
	b.Auth.Identity.Password.User.Domain.Name = c.Domain
	b.Auth.Scope.Project = loginProject{Name: c.Project}
	if c.Project == "" {
		b.Auth.Scope.Project.ID = cfg.ProjectID
	}
	return b
}
