// Reads calls on standard input, makes them through the generated client, prints what each gave as a line of JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"

	drift "drift.example/contacts"
)

type call struct {
	Do          string                 `json:"do"`
	Account     string                 `json:"account"`
	Attributes  map[string]interface{} `json:"attributes"`
	Contact     string                 `json:"contact"`
	Email       *string                `json:"email"`
	ExternalIds []string               `json:"externalIds"`
	As          string                 `json:"as"`
}

type told struct {
	Token    string            `json:"token"`
	Accounts map[string]string `json:"accounts"`
	Calls    []call            `json:"calls"`
}

type driver struct {
	contacts map[string]*drift.ContactsAPIService
	ctx      context.Context
	ids      map[string]int64
}

func main() {
	var told told
	if err := json.NewDecoder(os.Stdin).Decode(&told); err != nil {
		panic(err)
	}
	ctx := context.WithValue(context.Background(), drift.ContextAccessToken, told.Token)
	driver := driver{map[string]*drift.ContactsAPIService{}, ctx, map[string]int64{}}
	for name, url := range told.Accounts {
		configuration := drift.NewConfiguration()
		configuration.Servers = drift.ServerConfigurations{{URL: url}}
		driver.contacts[name] = drift.NewAPIClient(configuration).ContactsAPI
	}
	for _, call := range told.Calls {
		line, err := json.Marshal(driver.run(call))
		if err != nil {
			panic(err)
		}
		fmt.Println(string(line))
	}
}

func (d driver) run(c call) map[string]interface{} {
	if c.Do == "delete" {
		result, response, err := d.contacts[c.Account].DeleteContact(d.ctx, d.ids[c.Contact]).Execute()
		if err != nil {
			return refusal(err, response)
		}
		return map[string]interface{}{"deleted": result.GetOk()}
	}
	contacts, response, err := d.answer(c)
	if err != nil {
		return refusal(err, response)
	}
	if c.As != "" {
		d.ids[c.As] = contacts[0].Id
	}
	plain := []interface{}{}
	for _, contact := range contacts {
		plain = append(plain, described(contact))
	}
	return map[string]interface{}{"contacts": plain}
}

func (d driver) answer(c call) ([]drift.Contact, *http.Response, error) {
	api := d.contacts[c.Account]
	switch {
	case c.Do == "create":
		return one(api.CreateContact(d.ctx).ContactCreateRequest(*drift.NewContactCreateRequest(toCreate(c))).Execute())
	case c.Do == "get":
		return one(api.GetContact(d.ctx, d.ids[c.Contact]).Execute())
	case c.Do == "update":
		request := drift.NewContactUpdateRequest(toUpdate(c))
		return one(api.UpdateContact(d.ctx, d.ids[c.Contact]).ContactUpdateRequest(*request).Execute())
	case c.Do == "find" && c.Email != nil:
		return many(api.FindContacts(d.ctx).Email(*c.Email).Execute())
	case c.Do == "find":
		return many(api.FindContacts(d.ctx).IdType(drift.FINDIDTYPE_EXTERNAL).Id(c.ExternalIds).Execute())
	}
	return nil, nil, fmt.Errorf("no call %s", c.Do)
}

func one(answer *drift.ContactResponse, response *http.Response, err error) ([]drift.Contact, *http.Response, error) {
	if err != nil {
		return nil, response, err
	}
	return []drift.Contact{answer.Data}, response, nil
}

func many(answer *drift.ContactListResponse, response *http.Response, err error) ([]drift.Contact, *http.Response, error) {
	if err != nil {
		return nil, response, err
	}
	return answer.Data, response, nil
}

// Declared attributes as fields, all others as additional properties.
func toCreate(c call) drift.ContactCreateAttributes {
	attributes := drift.ContactCreateAttributes{AdditionalProperties: map[string]interface{}{}}
	for name, value := range c.Attributes {
		text, _ := value.(string)
		switch name {
		case "email":
			attributes.SetEmail(text)
		case "externalId":
			attributes.SetExternalId(text)
		case "name":
			attributes.SetName(text)
		case "phone":
			attributes.SetPhone(text)
		default:
			attributes.AdditionalProperties[name] = value
		}
	}
	return attributes
}

func toUpdate(c call) drift.ContactUpdateAttributes {
	attributes := drift.ContactUpdateAttributes{AdditionalProperties: map[string]interface{}{}}
	for name, value := range c.Attributes {
		text, _ := value.(string)
		switch name {
		case "email":
			attributes.SetEmail(text)
		case "externalId":
			attributes.SetExternalId(text)
		case "name":
			attributes.SetName(text)
		case "phone":
			attributes.SetPhone(text)
		default:
			attributes.AdditionalProperties[name] = value
		}
	}
	return attributes
}

func described(contact drift.Contact) map[string]interface{} {
	return map[string]interface{}{
		"id":         strconv.FormatInt(contact.Id, 10),
		"createdAt":  strconv.FormatInt(contact.CreatedAt, 10),
		"email":      contact.Attributes.Email.Get(),
		"externalId": contact.Attributes.ExternalId,
		"attributes": contact.Attributes,
	}
}

func refusal(err error, response *http.Response) map[string]interface{} {
	var failure *drift.GenericOpenAPIError
	if errors.As(err, &failure) {
		if refused, ok := failure.Model().(drift.ErrorResponse); ok {
			detail := refused.GetError()
			return map[string]interface{}{"error": map[string]interface{}{
				"status": response.StatusCode, "type": detail.GetType(), "message": detail.GetMessage(),
			}}
		}
	}
	return map[string]interface{}{"failed": err.Error()}
}
