package slacksim

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// holds is the field in which an element of a kind keeps what a person entered
// (docs.slack.dev, "View objects"), and whether that is a list. Buttons and
// overflow menus keep nothing: "".
func holds(kind string) (field string, list bool) {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return "value", false
	case "rich_text_input":
		return "rich_text_value", false
	case "static_select", "external_select", "radio_buttons":
		return "selected_option", false
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options", true
	case "users_select", "conversations_select", "channels_select":
		return "selected_" + strings.TrimSuffix(kind, "s_select"), false
	case "multi_users_select", "multi_conversations_select", "multi_channels_select":
		return "selected_" + strings.TrimSuffix(kind[len("multi_"):], "_select"), true
	case "datepicker":
		return "selected_date", false
	case "timepicker":
		return "selected_time", false
	case "datetimepicker":
		return "selected_date_time", false
	case "file_input":
		return "files", true
	}
	return "", false
}

// checkText validates a text against the limits and the type of its input.
func checkText(e object, text string) error {
	if text == "" {
		return nil
	}
	n := float64(utf8.RuneCountInString(text))
	if least, ok := e["min_length"].(float64); ok && n < least {
		return fmt.Errorf("needs %v characters or more", least)
	}
	if most, ok := e["max_length"].(float64); ok && n > most {
		return fmt.Errorf("takes %v characters or fewer", most)
	}
	switch str(e, "type") {
	case "number_input":
		return checkNumber(e, text)
	case "email_text_input":
		if at, err := mail.ParseAddress(text); err != nil || at.Address != text {
			return errors.New("takes an e-mail address")
		}
	case "url_text_input":
		if u, err := url.Parse(text); err != nil || u.Scheme == "" || u.Host == "" {
			return errors.New("takes an address of the web")
		}
	}
	return nil
}

// checkNumber validates a number against its bounds, which Slack writes as strings.
func checkNumber(e object, text string) error {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || e["is_decimal_allowed"] != true && strings.ContainsAny(text, ".eE") {
		return errors.New("takes a number")
	}
	if least, err := strconv.ParseFloat(str(e, "min_value"), 64); err == nil && n < least {
		return fmt.Errorf("takes no number below %v", least)
	}
	if most, err := strconv.ParseFloat(str(e, "max_value"), 64); err == nil && n > most {
		return fmt.Errorf("takes no number above %v", most)
	}
	return nil
}

// checkOptions checks that every chosen option was offered, and that no more were chosen
// than max_selected_items.
func (in *inputs) checkOptions(b, e, value object) error {
	options := objects(value["selected_options"])
	if one, ok := value["selected_option"].(object); ok {
		options = append(options, one)
	}
	offered := in.offeredOptions(b, e)
	for _, o := range options {
		if !slices.ContainsFunc(offered, func(other object) bool { return str(other, "value") == str(o, "value") }) {
			return fmt.Errorf("does not offer %q", str(o, "value"))
		}
	}
	field, _ := holds(str(e, "type"))
	list, _ := value[field].([]any)
	if most, ok := e["max_selected_items"].(float64); ok && float64(len(list)) > most {
		return fmt.Errorf("takes %v or fewer", most)
	}
	return nil
}

// offeredOptions are the options of a menu: its own, those that the app suggested,
// and its initial ones.
func (in *inputs) offeredOptions(b, e object) []object {
	all := slices.Concat(optionsOf(e), objects(e["initial_options"]))
	if one, ok := e["initial_option"].(object); ok {
		all = append(all, one)
	}
	return append(all, in.offered[[2]string{str(b, "block_id"), str(e, "action_id")}]...)
}

// optionsOf lists options, grouped or not.
func optionsOf(e object) []object {
	all := objects(e["options"])
	for _, g := range objects(e["option_groups"]) {
		all = append(all, objects(g["options"])...)
	}
	return all
}
