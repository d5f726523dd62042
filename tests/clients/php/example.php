<?php

// Creates a contact, and prints it, or what Drift says where it is there already.

require_once __DIR__ . '/autoload.php';

use Drift\Contacts\Api\ContactsApi;
use Drift\Contacts\ApiException;
use Drift\Contacts\Configuration;
use Drift\Contacts\Model\ContactCreateRequest;

$configuration = (new Configuration())
    ->setHost(getenv('DRIFT_BASE_URL') ?: 'https://driftapi.com')
    ->setAccessToken(getenv('DRIFT_TOKEN'));
$contacts = new ContactsApi(new GuzzleHttp\Client(), $configuration);
$attributes = [
    'email' => 'ada@example.test', 'externalId' => 'u_9f3c1ad27b60e845', 'plan' => 'pro', 'seats' => 12, 'vip' => true,
];
try {
    $contact = $contacts->createContact(new ContactCreateRequest(['attributes' => $attributes]))->getData();
    echo $contact->getId(), ' ', $contact->getAttributes()['plan'], "\n";
} catch (ApiException $error) {
    // 409 with CONTACT-6: a contact with this external id is there already.
    echo $error->getCode(), ' ', $error->getResponseObject()?->getError()->getType(), "\n";
}
