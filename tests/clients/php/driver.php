<?php

// Reads calls on standard input, makes them through the generated client, prints what each gave as a line of JSON.

require_once __DIR__ . '/autoload.php';

use Drift\Contacts\Api\ContactsApi;
use Drift\Contacts\ApiException;
use Drift\Contacts\Configuration;
use Drift\Contacts\Model\Contact;
use Drift\Contacts\Model\ContactCreateRequest;
use Drift\Contacts\Model\ContactUpdateRequest;
use Drift\Contacts\Model\ErrorResponse;
use Drift\Contacts\Model\FindIdType;

function plain(Contact $contact): array
{
    $attributes = $contact->getAttributes();
    return [
        'id' => (string) $contact->getId(),
        'createdAt' => (string) $contact->getCreatedAt(),
        'email' => $attributes['email'] ?? null,
        'externalId' => $attributes['externalId'] ?? null,
        'attributes' => $contact->jsonSerialize()->attributes,
    ];
}

/** The contacts that came back, or whether the contact was deleted. */
function answer(ContactsApi $api, array $call, array $ids): array|bool
{
    $id = $ids[$call['contact'] ?? ''] ?? null;
    switch ($call['do']) {
        case 'create':
            return [$api->createContact(new ContactCreateRequest(['attributes' => $call['attributes']]))->getData()];
        case 'get':
            return [$api->getContact($id)->getData()];
        case 'find':
            return isset($call['email'])
                ? $api->findContacts(email: $call['email'])->getData()
                : $api->findContacts(id_type: FindIdType::EXTERNAL, id: $call['externalIds'])->getData();
        case 'update':
            return [$api->updateContact($id, new ContactUpdateRequest(['attributes' => $call['attributes']]))->getData()];
        case 'delete':
            return $api->deleteContact($id)->getOk();
        default:
            throw new InvalidArgumentException("no call {$call['do']}");
    }
}

function run(ContactsApi $api, array $call, array &$ids): array
{
    try {
        $given = answer($api, $call, $ids);
    } catch (ApiException $error) {
        $refused = $error->getResponseObject();
        if (!$refused instanceof ErrorResponse) {
            return ['failed' => $error->getMessage()];
        }
        $detail = $refused->getError();
        return ['error' => [
            'status' => $error->getCode(),
            'type' => $detail->getType(),
            'message' => $detail->getMessage(),
        ]];
    } catch (Throwable $error) {
        return ['failed' => (string) $error];
    }
    if (is_bool($given)) {
        return ['deleted' => $given];
    }
    if (isset($call['as'])) {
        $ids[$call['as']] = $given[0]->getId();
    }
    return ['contacts' => array_map('plain', $given)];
}

$told = json_decode(stream_get_contents(STDIN), true);
$apis = [];
foreach ($told['accounts'] as $name => $url) {
    $configuration = (new Configuration())->setHost($url)->setAccessToken($told['token']);
    $apis[$name] = new ContactsApi(new GuzzleHttp\Client(), $configuration);
}
$ids = [];
foreach ($told['calls'] as $call) {
    echo json_encode(run($apis[$call['account']], $call, $ids), JSON_UNESCAPED_UNICODE), "\n";
}
