package policy

import "quell/policy/strictyaml"

type text = strictyaml.Text

// file is the form of a policy file. The tag about is a key's description in the JSON Schema;
// its part behind "Left out:" is also said in the mistake about a key without a value. An empty
// block means nothing and is refused, but under the key with the tag bare: a role without
// scopes approves and asks for nothing.
type file struct {
	Roles     map[string]fileRole `yaml:"roles" bare:"a role that asks for nothing" about:"A name for a set of the vendors' own permission scopes."`
	Bindings  []strictyaml.Part   `yaml:"bindings" about:"Who holds a role." of:"binding"`
	Teams     map[string]fileTeam `yaml:"teams" about:"Who belongs together, for approvals with teams: another."`
	Incidents *fileIncidents      `yaml:"incidents" about:"Which channels are incident channels. Left out: none."`
	Rules     []strictyaml.Part   `yaml:"rules" about:"What people may ask for. Deny wins; among the others the first that fits decides." of:"rule"`
	Protected []strictyaml.Part   `yaml:"protected" about:"Things that nobody may end. Left out: nothing is protected." of:"shield"`
	Budgets   []strictyaml.Part   `yaml:"budgets" about:"How many calls there may be within a time. Left out: any number." of:"budget"`
	Cooldown  text                `yaml:"cooldown" about:"How long a target is left alone after something on it came back, such as 10m. Left out: not at all." like:"duration"`
}

type fileRole struct {
	Scopes  []text `yaml:"scopes" about:"The vendors' permissions, by their documented names." like:"scope"`
	Mirrors text   `yaml:"mirrors" about:"A role that a vendor documents: this one holds the same scopes." like:"vendor-role"`
}

type fileBinding struct {
	Role      text   `yaml:"role" about:"The role that is held." must:"yes"`
	Users     []text `yaml:"users" about:"Slack user ids." like:"user"`
	Groups    []text `yaml:"groups" about:"Slack user group ids." like:"user group"`
	MemberFor text   `yaml:"member_for" about:"How long somebody must have been in the group, such as 24h. Left out: no time at all." like:"duration"`
}

type fileTeam struct {
	Users  []text `yaml:"users" about:"Slack user ids." like:"user"`
	Groups []text `yaml:"groups" about:"Slack user group ids." like:"user group"`
}

type fileIncidents struct {
	Channels []text `yaml:"channels" about:"Slack channel ids." like:"channel"`
	Creators []text `yaml:"creators" about:"Slack user ids: a channel that one of them made is an incident channel." like:"user"`
}

type fileRule struct {
	Name       text            `yaml:"name" about:"Names the rule, on cards too." must:"yes"`
	Effect     text            `yaml:"effect" about:"allow, or deny: a rule that denies wins over all that allow. Left out: allow." like:"allow|deny"`
	Monitor    text            `yaml:"monitor" about:"true: a dry run, which permits nothing and forbids nothing; what it would have said stands beside what the other rules say. Left out: it decides like any other rule." like:"true|false"`
	Commands   []text          `yaml:"commands" about:"The slash commands, without the slash." like:"command" must:"yes"`
	Roles      []text          `yaml:"roles" about:"Who may ask: holders of one of these roles. Left out: everybody, where the rule denies."`
	Targets    []text          `yaml:"targets" about:"Names or globs: * any letters, ? one, [ab] one of these. Left out: whatever carries the labels."`
	Labels     map[string]text `yaml:"labels" about:"Labels that the target must carry, each a value or a glob. Left out: any labels."`
	Channels   []text          `yaml:"channels" about:"Slack channel ids, or the word incidents. Left out: any channel of the workspace." like:"channel|incidents"`
	When       *fileWhen       `yaml:"when" about:"When the rule holds. Left out: always."`
	Approvals  *fileApprovals  `yaml:"approvals" about:"Who must agree. Left out: nobody has to agree."`
	BreakGlass *fileBreakGlass `yaml:"break_glass" about:"How one person may act alone when nobody answers. Left out: nobody may."`
	Reason     text            `yaml:"reason" about:"Whether a reason must be given. Left out: optional, unless there is a ticket." like:"required|optional"`
	Ticket     text            `yaml:"ticket" about:"A regular expression: the reason must hold what fits, such as a ticket. Left out: it may be any text."`
	MaxItems   *int            `yaml:"max_items" about:"The most things in one request. Left out: any number."`
	Ring       text            `yaml:"ring" about:"channel: those who may agree are mentioned in the channel and told nothing directly. Left out: people who are bound by their id, and the members of small groups, get a direct message as well." like:"channel|directly"`
	Details    text            `yaml:"details" about:"private: addresses, names and facts of things stay out of the channel, and whoever asked or may decide reads them by a button. Left out: they stand on the card." like:"private|channel"`
}

type fileWhen struct {
	Days  []text `yaml:"days" about:"mon to sun, or a span such as mon-fri. Left out: every day."`
	Hours text   `yaml:"hours" about:"Such as 09:00-18:00; 22:00-06:00 runs past midnight. Left out: all day."`
	Zone  text   `yaml:"zone" about:"A zone such as Europe/Berlin." must:"yes"`
}

type fileApprovals struct {
	Need   int        `yaml:"need" about:"How many different people, never the asker." must:"yes"`
	From   []text     `yaml:"from" about:"Roles whose holders may agree." must:"yes"`
	Then   []fileTier `yaml:"then" about:"Who else may agree once the request has waited. Left out: nobody else."`
	Teams  text       `yaml:"teams" about:"another: one of those who agree must be of another team than the asker. Left out: any team will do." like:"another"`
	Within text       `yaml:"within" about:"How long people have, from 1m to 24h. Left out: 15m." like:"duration"`
	Remind text       `yaml:"remind" about:"After how long those who may agree are reminded, once, such as 5m. Left out: nobody is." like:"duration"`
}

type fileTier struct {
	After text   `yaml:"after" about:"How long after it was put to people, such as 5m." like:"duration" must:"yes"`
	From  []text `yaml:"from" about:"Roles whose holders may agree then." must:"yes"`
}

type fileBreakGlass struct {
	Roles     []text     `yaml:"roles" about:"Who may act alone. Left out: the roles of the rule."`
	NotBefore text       `yaml:"not_before" about:"How long people must have been asked first, such as 5m." like:"duration" must:"yes"`
	Cancel    text       `yaml:"cancel" about:"How long it can be stopped before it runs. Left out: 1m." like:"duration"`
	Notice    text       `yaml:"notice" about:"The channel that is told, by its id." like:"channel" must:"yes"`
	Review    fileReview `yaml:"review" about:"Who must sign afterwards." must:"yes"`
}

type fileReview struct {
	Need int    `yaml:"need" about:"How many different people, never who acted. Left out: 1."`
	From []text `yaml:"from" about:"Roles whose holders may sign." must:"yes"`
}

type fileShield struct {
	Name      text   `yaml:"name" about:"Names the rule, in pickers too." must:"yes"`
	Targets   []text `yaml:"targets" about:"Names or globs. Left out: all targets."`
	Names     []text `yaml:"names" about:"Globs on what people call the thing: its name, its address, a client's own name. Left out: any name."`
	Users     []text `yaml:"users" about:"Globs on the vendor's user. Left out: any user."`
	Addresses []text `yaml:"addresses" about:"Address ranges such as 10.63.0.0/16. Left out: any address."`
	Clients   []text `yaml:"clients" about:"Kinds of client. Left out: any kind." like:"client"`
	Own       text   `yaml:"own" about:"protected: whatever belongs to the bot's own account. Left out: whosever it is." like:"protected"`
}

type fileBudget struct {
	Name    text   `yaml:"name" about:"Names the budget, on cards too." must:"yes"`
	Per     text   `yaml:"per" about:"Count by target, by person, or all together." like:"target|person|all" must:"yes"`
	Most    int    `yaml:"most" about:"The most calls." must:"yes"`
	Within  text   `yaml:"within" about:"The time in which they are counted, from 1m to 24h." like:"duration" must:"yes"`
	Targets []text `yaml:"targets" about:"Names or globs: only calls on these count. Left out: all."`
}
